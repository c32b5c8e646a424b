/**
 * How throughput grows with the number of actors, and where it stops to: Gunther's Universal
 * Scalability Law, fitted to measured points. It says nothing of how sure the parameters are, and
 * it refuses where the points leave one of them open. Imports nothing.
 */

/** A measured throughput, in any unit of work for a unit of time. */
export interface ScalingPoint {
  /** 1 or more. */
  readonly actors: number;
  /** Of all actors together, above 0. */
  readonly throughput: number;
}

/** X(n) = lambda n / (1 + sigma (n - 1) + kappa n (n - 1)). */
export interface ScalingLaw {
  /** Throughput of one actor, above 0, in the unit of the points. */
  readonly lambda: number;
  /** Contention, 0 or more: alone, Amdahl's serial fraction; above 1, two are slower than one. */
  readonly sigma: number;
  /** Coherency, 0 or more: what each pair of actors costs. */
  readonly kappa: number;
}

/** What the points say about the law. */
export type ScalingFit =
  | (ScalingLaw & {
      readonly state: "fitted";
      /** Measured / fitted - 1, in the order of the points: positive above the curve. */
      readonly residuals: readonly number[];
      /** Root of the mean square of the residuals. */
      readonly rmsRelative: number;
      /**
       * Where the curve is highest, no whole number and maybe far from all points: the root of
       * (1 - sigma) / kappa, but 1 where the curve only falls. Undefined where it never falls.
       */
      readonly peakActors: number | undefined;
    })
  | {
      readonly state: "too-few";
      /** The smallest number of different `actors`. */
      readonly needed: number;
    }
  | {
      /**
       * There is no best fit: the larger lambda is, the better. Throughput falls so steeply that
       * one actor's cannot be told from here; points at fewer actors, best at one, settle it.
       */
      readonly state: "unbounded";
    };

/** One more than there are parameters: a curve through three points says nothing of its quality. */
export const fewestActorCounts = 4;

/** Curves this close, relative to the points, differ by rounding only. */
const rounding = 1e-12;

/** Which of a, b and c may leave 0: simpler laws first. */
const freeSets = [[0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2]] as const;

/**
 * The law with the least sum of squared residuals among all with lambda > 0, sigma >= 0 and
 * kappa >= 0. Residuals are relative, so each point counts alike, repeated `actors` too. Of laws
 * that differ by rounding only, it is the simplest.
 *
 * It is exact, without iterations: n / X = a + b (n - 1) + c n (n - 1) is linear in a = 1 / lambda,
 * b = sigma / lambda and c = kappa / lambda, and weighted with the measured X / n its residual is
 * measured / fitted - 1. The sum is convex, so the best of the least squares on each set of
 * parameters that may leave 0, as far as none comes out negative, is the best of all. The price of
 * residuals relative to the curve, not to the points, is a curve too high by the variance of the
 * relative noise: 1 % for noise of 10 %.
 *
 * Source: N. J. Gunther, Guerrilla Capacity Planning (2007), chapters 4 to 6, where the law is
 * fitted to throughput in units of the one at n = 1; the sets of free parameters: C. L. Lawson and
 * R. J. Hanson, Solving Least Squares Problems (1974), chapter 23.
 *
 * @param points in any order
 * @throws RangeError for `actors` below 1 or a throughput that is not positive: callers validate.
 */
export function fitScalability(points: readonly ScalingPoint[]): ScalingFit {
  for (const point of points) assertMeasured(point);
  if (new Set(points.map(({ actors }) => actors)).size < fewestActorCounts) {
    return { state: "too-few", needed: fewestActorCounts };
  }
  const { coefficients, residuals, squares } = simplestOf(admissibleCurves(columnsOf(points)));
  const [a, b, c] = coefficients;
  if (a === 0) return { state: "unbounded" };
  const law = { lambda: 1 / a, sigma: b / a, kappa: c / a };
  const rmsRelative = Math.sqrt(squares / points.length);
  return { state: "fitted", ...law, residuals, rmsRelative, peakActors: peakOf(law) };
}

/** The law's throughput of so many actors, in the unit of lambda. */
export function predict({ lambda, sigma, kappa }: ScalingLaw, actors: number): number {
  return (lambda * actors) / (1 + sigma * (actors - 1) + kappa * actors * (actors - 1));
}

/** The derivative has the sign of 1 - sigma - kappa n^2. */
function peakOf({ sigma, kappa }: ScalingLaw): number | undefined {
  if (kappa === 0) return sigma > 1 + rounding ? 1 : undefined;
  return Math.sqrt(Math.max(1, (1 - sigma) / kappa));
}

type Columns = readonly [a: Float64Array, b: Float64Array, c: Float64Array];

interface Curve {
  readonly coefficients: readonly [a: number, b: number, c: number];
  readonly residuals: readonly number[];
  readonly squares: number;
}

/** What a, b and c are multiplied with, weighted so that each point aims at 1. */
function columnsOf(points: readonly ScalingPoint[]): Columns {
  return [
    Float64Array.from(points, ({ actors, throughput }) => throughput / actors),
    Float64Array.from(points, ({ actors, throughput }) => (throughput / actors) * (actors - 1)),
    Float64Array.from(points, ({ actors, throughput }) => throughput * (actors - 1)),
  ];
}

/** Never none: a alone is a mean of positive values. */
function admissibleCurves(columns: Columns): Curve[] {
  return freeSets.flatMap((free) => {
    const solved = leastSquares(free.map((parameter) => columns[parameter] as Float64Array));
    if (!solved.every((coefficient) => coefficient > 0)) return [];
    const coefficients: [number, number, number] = [0, 0, 0];
    for (const [index, parameter] of free.entries()) coefficients[parameter] = solved[index] ?? 0;
    return [curveOf(columns, coefficients)];
  });
}

function curveOf(columns: Columns, coefficients: Curve["coefficients"]): Curve {
  const residuals = Array.from(columns[0], (_, point) =>
    coefficients.reduce((sum, by, column) => sum + by * (columns[column]?.[point] as number), -1),
  );
  const squares = residuals.reduce((sum, residual) => sum + residual * residual, 0);
  return { coefficients, residuals, squares };
}

/** The first of the curves, simpler ones before others, that is the best but for rounding. */
function simplestOf(curves: readonly Curve[]): Curve {
  const least = Math.min(...curves.map(({ squares }) => squares));
  const isBest = ({ squares, residuals }: Curve) =>
    squares - least <= residuals.length * rounding ** 2;
  return curves.find(isBest) as Curve;
}

/**
 * How much of each column sums up nearest to 1 everywhere; NaN or infinite where the columns
 * depend on each other. By orthogonal columns, as the normal equations would square the condition.
 *
 * Source: A. Bjorck, "Solving linear least squares problems by Gram-Schmidt orthogonalization",
 * BIT 7 (1967), 1-21.
 */
function leastSquares(columns: readonly Float64Array[]): number[] {
  const target = new Float64Array(columns[0]?.length ?? 0).fill(1);
  const rest = [...columns.map((column) => column.slice()), target];
  const shares = columns.map((_, index) => {
    const pivot = rest[index] as Float64Array;
    const size = dot(pivot, pivot);
    return rest.map((column, other) => {
      if (other <= index) return 0;
      const share = dot(pivot, column) / size;
      for (const [row, value] of pivot.entries()) column[row] = (column[row] ?? 0) - share * value;
      return share;
    });
  });
  const solved = new Array<number>(columns.length).fill(0);
  for (const [index, row] of [...shares.entries()].reverse()) {
    solved[index] = solved.reduce(
      (left, found, other) => left - (row[other] as number) * found,
      row[columns.length] as number,
    );
  }
  return solved;
}

function dot(one: Float64Array, other: Float64Array): number {
  return one.reduce((sum, value, row) => sum + value * (other[row] as number), 0);
}

function assertMeasured({ actors, throughput }: ScalingPoint): void {
  if (!(actors >= 1 && Number.isFinite(actors))) {
    throw new RangeError(`Cannot fit a point of ${actors} actors: must be 1 or more`);
  }
  if (!(throughput > 0 && Number.isFinite(throughput))) {
    throw new RangeError(`Cannot fit a throughput of ${throughput}: must be above 0`);
  }
}
