// Where phones stand between two things: they go on, stand still until everything is compared, or leave.
export class Stage {
        constructor(players) {
                this.players = players;
                this.standing = 0;
                this.gate = null;
                this.over = false;
        }

        /** Asked by each phone before it does its next thing. False: it is over. */
        async go() {
                while (this.gate && !this.over) {
                        this.standing++;
                        if (this.standing === this.players) this.all();
                        await this.gate;
                }
                return !this.over;
        }

        /** Resolves when everybody stands still, each with its last thing answered. */
        pause() {
                this.standing = 0;
                this.gate = new Promise((open) => (this.open = open));
                return new Promise((all) => (this.all = all));
        }

        resume() {
                this.gate = null;
                this.open();
        }

        end() {
                this.over = true;
                this.open?.();
        }
}
