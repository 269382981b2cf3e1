export class Stack {
  async prove() {}
}
