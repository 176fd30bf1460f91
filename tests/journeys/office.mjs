export class Office { static async open() { throw new Error('not yet'); } }
