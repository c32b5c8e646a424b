/** A lock of the whole process in one shared word, as a futex mutex: no call while it is free. */

const free = 0;
const taken = 1;
const awaited = 2;

/** From Drepper, Futexes Are Tricky (2011), mutex 2. */
export function lock(word: Int32Array): void {
  let seen = Atomics.compareExchange(word, 0, free, taken);
  while (seen !== free) {
    if (seen === awaited || Atomics.compareExchange(word, 0, taken, awaited) !== free) {
      Atomics.wait(word, 0, awaited);
    }
    seen = Atomics.compareExchange(word, 0, free, awaited);
  }
}

export function unlock(word: Int32Array): void {
  if (Atomics.sub(word, 0, 1) === taken) return;
  Atomics.store(word, 0, free);
  Atomics.notify(word, 0, 1);
}
