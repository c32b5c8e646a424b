/** A piece of the C program that is recommended. */
export interface Piece {
  /** Without <>. */
  readonly headers: readonly string[];
  /** Names of the constants that it uses. */
  readonly constants: readonly string[];
  readonly code: string;
}
