/** One step of the data's way. It is given its successor when it is made, and knows nothing else. */
export interface Stage<In> {
  push(item: In): void;
  end(): void;
}
