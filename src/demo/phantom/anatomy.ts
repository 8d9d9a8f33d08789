// The body of the phantom: ellipsoids in patient coordinates, painted in order, each over those before it.
// Millimetres, x to the patient's left, y to the back, z to the head (PS3.3 section C.7.6.2.1.1); the origin lies
// in the middle of the trunk at the lower end of the chest. Attenuation in Hounsfield units.

/** One ellipsoid; `enhanced` is its attenuation after contrast medium, the same as before where it is absent. */
export type Structure = {
  readonly name: string;
  readonly center: readonly [x: number, y: number, z: number];
  /** Semi-axes; a cylinder is an ellipsoid with a very long one. */
  readonly radius: readonly [x: number, y: number, z: number];
  readonly native: number;
  readonly enhanced?: number;
};

/** What surrounds the patient, in Hounsfield units. */
export const AIR_HOUNSFIELD = -1000;

const LONG = 4000;
const CHEST_TOP = 175;

const table: Structure[] = [
  { name: 'table shell', center: [0, 172, 0], radius: [215, 34, LONG], native: -60 },
  { name: 'table foam', center: [0, 168, 0], radius: [212, 34, LONG], native: -930 },
  { name: 'gap above the table', center: [0, 40, 0], radius: [300, 118, LONG], native: AIR_HOUNSFIELD },
];

const trunk: Structure[] = [
  { name: 'skin and fat', center: [0, 0, -20], radius: [182, 126, 480], native: -100 },
  { name: 'muscle', center: [0, 0, -20], radius: [166, 108, 470], native: 52, enhanced: 62 },
  { name: 'abdominal fat', center: [0, -12, -130], radius: [148, 82, 128], native: -95, enhanced: -92 },
];

const chest: Structure[] = [
  { name: 'right lung', center: [-76, -4, 95], radius: [66, 86, 118], native: -850, enhanced: -835 },
  { name: 'left lung', center: [76, -4, 95], radius: [66, 86, 118], native: -850, enhanced: -835 },
  { name: 'mediastinum', center: [0, -8, 130], radius: [32, 62, 130], native: 35, enhanced: 60 },
  { name: 'oesophagus', center: [6, 28, 0], radius: [9, 8, LONG], native: 35, enhanced: 60 },
  { name: 'trachea', center: [0, 2, 190], radius: [9, 9, 100], native: AIR_HOUNSFIELD },
  { name: 'heart', center: [22, -30, 52], radius: [58, 48, 52], native: 44, enhanced: 105 },
  { name: 'left ventricle', center: [40, -26, 48], radius: [26, 24, 30], native: 42, enhanced: 260 },
  { name: 'right ventricle', center: [4, -48, 50], radius: [26, 18, 28], native: 42, enhanced: 190 },
];

const abdomen: Structure[] = [
  { name: 'liver', center: [-72, -8, -48], radius: [78, 84, 78], native: 56, enhanced: 112 },
  { name: 'left liver lobe', center: [-4, -48, -30], radius: [58, 34, 44], native: 56, enhanced: 112 },
  { name: 'gall bladder', center: [-48, -52, -100], radius: [16, 20, 26], native: 8 },
  { name: 'stomach wall', center: [74, -38, -46], radius: [48, 40, 48], native: 42, enhanced: 85 },
  { name: 'stomach content', center: [74, -38, -46], radius: [42, 34, 42], native: 14 },
  { name: 'stomach air', center: [74, -54, -46], radius: [30, 13, 30], native: AIR_HOUNSFIELD },
  { name: 'spleen', center: [112, 34, -42], radius: [32, 44, 52], native: 48, enhanced: 124 },
  { name: 'pancreas', center: [22, -2, -104], radius: [62, 13, 14], native: 40, enhanced: 98 },
  { name: 'right kidney', center: [-66, 46, -128], radius: [29, 26, 54], native: 32, enhanced: 185 },
  { name: 'right renal pelvis', center: [-56, 42, -128], radius: [12, 10, 26], native: 6, enhanced: 20 },
  { name: 'left kidney', center: [70, 46, -116], radius: [29, 26, 54], native: 32, enhanced: 185 },
  { name: 'left renal pelvis', center: [60, 42, -116], radius: [12, 10, 26], native: 6, enhanced: 20 },
  { name: 'bowel', center: [-18, -46, -168], radius: [38, 24, 34], native: 30, enhanced: 60 },
  { name: 'bowel gas', center: [-18, -54, -168], radius: [20, 9, 20], native: AIR_HOUNSFIELD },
  { name: 'colon', center: [96, -24, -160], radius: [20, 20, 54], native: 34, enhanced: 62 },
  { name: 'colon content', center: [96, -24, -160], radius: [14, 14, 46], native: -180 },
];

const vessels: Structure[] = [
  { name: 'aorta', center: [16, 44, 0], radius: [13, 13, LONG], native: 42, enhanced: 320 },
  { name: 'inferior vena cava', center: [-24, 36, -150], radius: [13, 11, 190], native: 40, enhanced: 135 },
  { name: 'portal vein', center: [-38, -8, -58], radius: [36, 9, 9], native: 42, enhanced: 170 },
];

const spine: Structure[] = [
  { name: 'vertebral arch', center: [0, 88, 0], radius: [26, 20, LONG], native: 330 },
  { name: 'spinal canal', center: [0, 86, 0], radius: [10, 9, LONG], native: 22 },
  { name: 'vertebral column', center: [0, 62, 0], radius: [23, 18, LONG], native: 85 },
  ...repeat(-225, 225, 30).flatMap((z): Structure[] => [
    { name: 'vertebral body', center: [0, 62, z], radius: [25, 20, 14.5], native: 420 },
    { name: 'trabecular bone', center: [0, 62, z], radius: [21.5, 16.5, 12], native: 190, enhanced: 200 },
    { name: 'spinous process', center: [0, 104, z - 8], radius: [5, 11, 11], native: 350 },
  ]),
];

/** Ribs cross an axial plane as separate ovals, lower to the front: a blob for each rib and angle shows that. */
const ribs: Structure[] = repeat(-70, CHEST_TOP, 24).flatMap((z) =>
  [20, 52, 84, 116, 146].flatMap((degrees) => {
    const angle = (degrees * Math.PI) / 180;
    return [-1, 1].map((side): Structure => ({
      name: 'rib',
      center: [side * 151 * Math.sin(angle), -102 * Math.cos(angle) + 2, z + (degrees - 84) / 5],
      radius: [degrees > 40 && degrees < 120 ? 6 : 13, degrees > 40 && degrees < 120 ? 17 : 6, 7],
      native: 340,
    }));
  }),
);

const sternum: Structure = { name: 'sternum', center: [0, -100, 110], radius: [19, 7, 95], native: 230 };

const lesions: Structure[] = [
  { name: 'liver cyst', center: [-104, 20, -50], radius: [13, 13, 13], native: 4 },
  { name: 'liver metastasis', center: [-62, -44, -32], radius: [15, 14, 15], native: 38, enhanced: 62 },
  { name: 'liver metastasis core', center: [-62, -44, -32], radius: [7, 6, 7], native: 26, enhanced: 32 },
  { name: 'lung nodule', center: [-88, 14, 88], radius: [9, 9, 9], native: 38, enhanced: 75 },
];

/** Every structure of the phantom, in the order in which it is painted. */
export const ANATOMY: readonly Structure[] = [
  ...table, ...trunk, ...chest, ...abdomen, ...spine, ...vessels, ...ribs, sternum, ...lesions,
];

function repeat(from: number, to: number, step: number): number[] {
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step);
}
