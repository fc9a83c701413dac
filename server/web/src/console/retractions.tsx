// How soon cards that were taken back left the screens, and which handhelds have not said so yet [P124]: a device has a
// name here, a customer has none.

import { daysAgo } from '../lib/language';
import type { Retractions as Told, RetractionsWindow } from '../wire';
import { retractionWords as words } from './retractions-words';
import { usePolled } from './use-polled';

const every = () => 15_000;

function Window({ name, label, of }: { name: string; label: string; of: RetractionsWindow }) {
    const { p50_ms, p99_ms, worst_ms, quick, soon } = of;
    const timed = p50_ms !== undefined && p99_ms !== undefined && worst_ms !== undefined;
    return (
        <div data-window={name} data-cleared={of.cleared} data-fewer={of.fewer}>
            <dt>{label}</dt>
            <dd>
                {of.fewer ? words.fewer : of.cleared === 0 ? words.none : words.cleared(of.cleared)}
                {timed && (
                    <span class="sub">
                        {words.times(p50_ms, p99_ms, worst_ms)}. {words.within(quick ?? 0, soon ?? 0)}.
                    </span>
                )}
            </dd>
        </div>
    );
}

export function Retractions() {
    const { told } = usePolled<Told>('/api/console/retractions', every);
    if (!told) return null;
    return (
        <section class="pane retractions" aria-labelledby="retractions" data-owed={told.owed.length + told.rest}>
            <h2 id="retractions">{words.pane}</h2>
            <p class="sub">{words.lead}</p>
            <dl>
                <Window name="day" label={words.day} of={told.day} />
                <Window name="week" label={words.week} of={told.week} />
            </dl>
            {told.owed.length === 0 ? (
                <p class="sub">{words.nobody}</p>
            ) : (
                <>
                    <h3 id="retractions-owed">{words.owed}</h3>
                    <ul class="sensor-list" aria-labelledby="retractions-owed">
                        {told.owed.map((one) => (
                            <li key={one.id} class="sensor" data-owes={one.id} data-away={one.away}>
                                <span>
                                    {words.owes(one.name)}{' '}
                                    <span class="sub">
                                        {[
                                            words.since(new Date(one.since_ms), daysAgo(new Date(one.since_ms)) === 0),
                                            one.away ? words.away : '',
                                        ]
                                            .filter(Boolean)
                                            .join(' · ')}
                                    </span>
                                </span>
                            </li>
                        ))}
                    </ul>
                    {told.rest > 0 && <p class="sub">{words.rest(told.rest)}</p>}
                </>
            )}
            <p class="sub">{words.counted(new Date(told.since_ms))}</p>
        </section>
    );
}
