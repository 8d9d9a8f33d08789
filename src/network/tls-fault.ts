// Why a key, its certificate or the certificates to trust cannot be used, and what to do about it.

export type TlsFault =
  /** `code` of the system, such as EACCES. */
  | { readonly reason: 'file-unreadable'; readonly file: string; readonly code: string }
  | { readonly reason: 'no-certificate'; readonly file: string }
  /** `place` counts the certificates of the file from 1. */
  | { readonly reason: 'certificate-damaged'; readonly file: string; readonly place: number; readonly text: string }
  | { readonly reason: 'key-damaged'; readonly file: string; readonly text: string }
  | { readonly reason: 'key-encrypted'; readonly file: string }
  | { readonly reason: 'passphrase-missing'; readonly text: string }
  | { readonly reason: 'passphrase-wrong'; readonly file: string }
  /** `place` is that of the certificate in `certificateFile` that the key belongs to, where there is one. */
  | { readonly reason: 'key-of-another'; readonly file: string; readonly certificateFile: string;
      readonly place?: number }
  /** OpenSSL has it against the policy, such as a key that is too short. */
  | { readonly reason: 'too-weak'; readonly file: string; readonly text: string };

/** What is wrong, in a few words, and what mends it. */
export function wordTlsFault(fault: TlsFault): { readonly text: string; readonly remedy: string } {
  switch (fault.reason) {
    case 'file-unreadable': return {
      text: `${fault.file} cannot be read (${fault.code})`,
      remedy: fault.code === 'ENOENT' ? 'put it there, or correct its path in the configuration'
        : 'let the station\'s user read it, and no other',
    };
    case 'no-certificate': return {
      text: `${fault.file} holds no certificate`,
      remedy: 'put one there in PEM, which begins with -----BEGIN CERTIFICATE-----',
    };
    case 'certificate-damaged': return {
      text: `certificate ${fault.place} of ${fault.file} cannot be read: ${fault.text}`,
      remedy: 'put the certificate there once more, whole',
    };
    case 'key-damaged': return {
      text: `${fault.file} holds no private key that can be read: ${fault.text}`,
      remedy: 'put the private key there in PEM, which begins with -----BEGIN PRIVATE KEY----- or the like',
    };
    case 'key-encrypted': return {
      text: `the private key in ${fault.file} is encrypted`,
      remedy: 'give tls.passphrase, or store the key without one',
    };
    case 'passphrase-missing': return { text: `tls.passphrase: ${fault.text}`, remedy: 'put it there' };
    case 'passphrase-wrong': return {
      text: `tls.passphrase does not open the private key in ${fault.file}`, remedy: 'correct it',
    };
    case 'key-of-another': return {
      text: `the private key in ${fault.file} does not belong to the certificate in ${fault.certificateFile}`,
      remedy: fault.place === undefined ? 'put there what was made together'
        : `put its certificate, which is number ${fault.place} of the file, first`,
    };
    case 'too-weak': return {
      text: `${fault.file} is refused: ${fault.text}`,
      remedy: 'have one made with RSA of 2048 bits or more, or an elliptic curve, signed with SHA-256',
    };
  }
}
