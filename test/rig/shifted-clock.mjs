// Loaded before a program, shifts its clock by DTS_TEST_CLOCK_SECONDS, as that of a host whose clock is wrong. Times on
// the disk stay those of the kernel.

const shift = Number(process.env['DTS_TEST_CLOCK_SECONDS'] ?? 0) * 1000;
const RealDate = Date;

globalThis.Date = class extends RealDate {
  constructor(...args) {
    super(...(args.length === 0 ? [RealDate.now() + shift] : args));
  }

  static now() {
    return RealDate.now() + shift;
  }
};
