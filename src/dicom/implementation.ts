// Who wrote a file or opened an association, as PS3.7 section D.3.3.2 and PS3.10 section 7.1 want it told.

/** ImplementationClassUID (0002,0012). It names this implementation in all its versions and never changes. */
export const IMPLEMENTATION_CLASS_UID = '2.25.192426677642954713649776713547723964739';

/** ImplementationVersionName (0002,0013), at most 16 characters. */
export const IMPLEMENTATION_VERSION_NAME = 'DTS_0_1_0';
