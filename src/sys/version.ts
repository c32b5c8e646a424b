/** The kernel's version number, for the few things that cannot be asked in any other way. */

export interface Version {
  readonly major: number;
  readonly minor: number;
}

/** "6.18.44-generic" to 6.18; undefined where the release does not begin with a version. */
export function parseVersion(release: string): Version | undefined {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(release) ?? [];
  return major === undefined ? undefined : { major: Number(major), minor: Number(minor) };
}

/** Whether `version` is major.minor or later. */
export function isFrom(version: Version, major: number, minor: number): boolean {
  return version.major > major || (version.major === major && version.minor >= minor);
}
