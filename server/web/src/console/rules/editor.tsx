// One rule, open: the sentence with a choice in every place. It only makes another rule of the one it was given.

import type { ComponentChildren } from 'preact';
import { Cross } from '../../lib/icons';
import type { Relation, Role, Rule, Rules, Step } from '../../wire';
import { keysOf } from '../rule';
import { ruleWords } from '../rule-words';
import { Choice, NumberIn, Ticks } from './choice';
import { words } from './words';

interface Props {
    rule: Rule;
    classes: Rules['classes'];
    change(rule: Rule, part: string): void;
}

const ROLES: readonly Role[] = ['associate', 'trainee', 'manager'];
const entries = <K extends string>(table: Record<K, string>) => Object.entries(table) as [K, string][];

type WhoChoice = 'anyone' | 'related' | 'unrelated' | Role;

function Who({ rule, change }: Props) {
    const { who } = rule;
    const field = rule.subject === 'field';
    const chosen: WhoChoice = who.kind === 'role' || who.kind === 'role_related' ? (who.role ?? 'associate') : who.kind;
    const first: Relation[] = who.relations.length > 0 ? who.relations : [field ? 'preferred' : 'seller'];
    const pick = (choice: WhoChoice) =>
        change(
            {
                ...rule,
                who:
                    choice === 'anyone'
                        ? { kind: 'anyone', relations: [], role: null }
                        : choice === 'related' || choice === 'unrelated'
                          ? { kind: choice, relations: first, role: null }
                          : { kind: 'role', relations: [], role: choice as Role },
            },
            'who',
        );
    const role = ROLES.includes(chosen as Role);
    // A field has no seller, department or store.
    const relations = keysOf(ruleWords.relations).filter((r) => !field || r === 'preferred' || who.relations.includes(r));
    return (
        <>
            <Choice part="who" label={words.who} value={chosen} options={entries(words.whoOptions)} onPick={pick} />
            {role && (
                <Choice
                    part="who-is"
                    label={words.whoIs}
                    value={who.kind as 'role' | 'role_related'}
                    options={entries(words.whoIsOptions)}
                    onPick={(kind) =>
                        change(
                            { ...rule, who: { ...who, kind, relations: kind === 'role' ? [] : first } },
                            'who-is',
                        )
                    }
                />
            )}
            {(who.kind === 'related' || who.kind === 'unrelated' || who.kind === 'role_related') && (
                <Ticks
                    part="relations"
                    label={words.whoIs}
                    values={who.relations}
                    options={relations.map((r) => [r, ruleWords.relations[r]] as const)}
                    onPick={(picked) => change({ ...rule, who: { ...who, relations: picked } }, 'relations')}
                />
            )}
        </>
    );
}

/** The same rule with another verb, and whatever goes with it. */
function withVerb(rule: Rule, verb: Rule['verb']): Rule {
    const steps = rule.subject === 'purchase' || rule.fields.join() === 'name';
    const shown = rule.level === 'hide' ? (steps ? 'kind' : 'full') : rule.level;
    if (verb === 'show') return { ...rule, verb, level: shown, firm: false };
    if (verb === 'never') return { ...rule, verb, level: 'hide', mention_ok: false };
    return { ...rule, verb, level: shown === 'full' ? 'kind' : shown, mention_ok: false };
}

function Amount({ rule, change }: Props) {
    const field = rule.subject === 'field';
    const steps = !field || rule.fields.join() === 'name';
    const verbs = entries(words.verbs).filter(([v]) => v !== 'limit' || steps);
    const all: Step[] = field ? ['full', 'kind'] : ['full', 'item', 'brand', 'kind', 'tally'];
    const offered = all.filter((s) => rule.verb !== 'limit' || s !== 'full');
    const levels = offered.includes(rule.level) ? offered : [...offered, rule.level];
    const said = (s: Step) => (field ? (s === 'full' ? words.asItIs : words.asInitials) : ruleWords.steps[s]);
    const level = rule.verb !== 'never' && steps && (
        <Choice
            part="level"
            label={words.level}
            value={rule.level}
            options={levels.map((s) => [s, said(s)] as const)}
            onPick={(s) => change({ ...rule, level: s }, 'level')}
        />
    );
    return (
        <>
            <Choice
                part="verb"
                label={words.verb}
                value={rule.verb}
                options={verbs}
                onPick={(v) => change(withVerb(rule, v), 'verb')}
            />
            {!field && level}
            {!field && <span>{rule.verb === 'never' ? words.purchases : words.ofPurchases}</span>}
            {field && <Fields rule={rule} change={change} />}
            {field && level}
        </>
    );
}

function Fields({ rule, change }: Pick<Props, 'rule' | 'change'>) {
    return (
        <Ticks
            part="fields"
            label={words.ofFields}
            values={rule.fields}
            options={entries(ruleWords.fields)}
            onPick={(fields) => {
                const steps = fields.join() === 'name';
                const whole: Rule = { ...rule, fields };
                // Only the name has steps.
                if (!steps && rule.verb === 'show') whole.level = 'full';
                if (!steps && rule.verb === 'limit') Object.assign(whole, { verb: 'never', level: 'hide' });
                change(whole, 'fields');
            }}
        />
    );
}

type Condition = keyof typeof words.moreOptions;

const placeOf = (r: Rule) => `${r.channels.length === 1 ? r.channels[0] : ''}|${r.wheres.length === 1 ? r.wheres[0] : ''}`;

/** Which conditions a rule has; each can be dropped, and each that is missing added. */
const HAS: Record<Condition, (r: Rule) => boolean> = {
    place: (r) => placeOf(r) !== '|',
    price_from: (r) => r.price_from !== null,
    price_below: (r) => r.price_below !== null,
    age_most: (r) => r.age_most_months !== null,
    age_more: (r) => r.age_more_months !== null,
    kinds: (r) => r.kinds.length > 0,
    statuses: (r) => r.statuses.length > 0,
    sensitive: (r) => r.sensitive !== null,
    gift: (r) => r.gift !== null,
};

const NONE: Record<Condition, Partial<Rule>> = {
    place: { channels: [], wheres: [] },
    price_from: { price_from: null },
    price_below: { price_below: null },
    age_most: { age_most_months: null },
    age_more: { age_more_months: null },
    kinds: { kinds: [] },
    statuses: { statuses: [] },
    sensitive: { sensitive: null },
    gift: { gift: null },
};

const START: Record<Exclude<Condition, 'kinds'>, Partial<Rule>> = {
    place: { channels: ['online'], wheres: [] },
    price_from: { price_from: '1000.00' },
    price_below: { price_below: '100.00' },
    age_most: { age_most_months: 12 },
    age_more: { age_more_months: 18 },
    statuses: { statuses: ['bought'] },
    sensitive: { sensitive: true },
    gift: { gift: true },
};

function Place({ rule, change }: Props) {
    const place = placeOf(rule);
    const usual = entries(words.places);
    const options = usual.some(([p]) => p === place)
        ? usual
        : [...usual, [place, words.rarePlaces[place] ?? place] as [string, string]];
    return (
        <Choice
            part="place"
            label={words.place}
            value={place}
            options={options}
            onPick={(picked) => {
                const [channel, where] = picked.split('|');
                const channels = (channel ? [channel] : []) as Rule['channels'];
                change({ ...rule, channels, wheres: (where ? [where] : []) as Rule['wheres'] }, 'place');
            }}
        />
    );
}

function Kinds({ rule, classes, change }: Props) {
    const left = classes.map((c) => c.name).filter((name) => !rule.kinds.includes(name));
    const set = (kinds: string[]) => change({ ...rule, kinds: kinds.sort() }, 'kinds');
    return (
        <>
            {rule.kinds.map((name) => (
                <span key={name} class="kind-chip">
                    {name}
                    {rule.kinds.length > 1 && (
                        <button
                            type="button"
                            class="drop"
                            aria-label={words.dropKind(name)}
                            onClick={() => set(rule.kinds.filter((k) => k !== name))}
                        >
                            <Cross />
                        </button>
                    )}
                </span>
            ))}
            {left.length > 0 && (
                <Choice
                    part="kind"
                    label={words.kinds}
                    value=""
                    options={[['', words.addKind], ...left.map((name) => [name, name] as const)]}
                    onPick={(name) => name && set([...rule.kinds, name])}
                />
            )}
        </>
    );
}

function ConditionControl({ of, ...props }: Props & { of: Condition }): ComponentChildren {
    const { rule, change } = props;
    const months = (part: 'age_most' | 'age_more', field: 'age_most_months' | 'age_more_months', label: string) => (
        <>
            <span>{label}</span>
            <NumberIn
                part={part}
                label={`${label} … ${words.months}`}
                whole
                value={String(rule[field] ?? '')}
                onPick={(v) => change({ ...rule, [field]: Number(v) }, part)}
            />
            <span>{words.months}</span>
        </>
    );
    const price = (part: 'price_from' | 'price_below', label: string) => (
        <>
            <span>{label}</span>
            <NumberIn
                part={part}
                label={label}
                value={String(Number(rule[part] ?? 0))}
                onPick={(v) => change({ ...rule, [part]: v }, part)}
            />
        </>
    );
    switch (of) {
        case 'place':
            return <Place {...props} />;
        case 'price_from':
            return price('price_from', words.priceFrom);
        case 'price_below':
            return price('price_below', words.priceBelow);
        case 'age_most':
            return months('age_most', 'age_most_months', words.ageMost);
        case 'age_more':
            return months('age_more', 'age_more_months', words.ageMore);
        case 'kinds':
            return <Kinds {...props} />;
        case 'statuses':
            return (
                <Ticks
                    part="statuses"
                    label={words.statuses}
                    values={rule.statuses}
                    options={entries(ruleWords.statuses)}
                    onPick={(statuses) => change({ ...rule, statuses }, 'statuses')}
                />
            );
        case 'sensitive':
            return <span>{words.sensitive}</span>;
        case 'gift':
            return <span>{words.gift}</span>;
    }
}

function Conditions(props: Props) {
    const { rule, classes, change } = props;
    const all = entries(words.moreOptions);
    const first = classes.find((c) => !c.sensitive)?.name ?? classes[0]?.name;
    const missing = all.filter(([c]) => !HAS[c](rule) && (c !== 'kinds' || first !== undefined));
    const add = (c: Condition) =>
        change({ ...rule, ...(c === 'kinds' ? { kinds: [first ?? ''] } : START[c]) }, `add-${c}`);
    return (
        <>
            {all
                .filter(([c]) => HAS[c](rule))
                .map(([c, label]) => (
                    <span key={c} class="condition" data-condition={c}>
                        <ConditionControl of={c} {...props} />
                        <button
                            type="button"
                            class="drop"
                            data-drop={c}
                            aria-label={words.drop(label)}
                            onClick={() => change({ ...rule, ...NONE[c] }, `drop-${c}`)}
                        >
                            <Cross />
                        </button>
                    </span>
                ))}
            <Choice
                part="more"
                label={words.moreLabel}
                value={'' as Condition | ''}
                options={[['', words.more], ...missing]}
                onPick={(c) => c && add(c)}
            />
        </>
    );
}

export function Editor(props: Props) {
    const { rule, change } = props;
    return (
        <div class="sentence" role="group" aria-label={rule.id}>
            <Who {...props} />
            <Amount {...props} />
            {rule.subject === 'purchase' && <Conditions {...props} />}
            <Choice
                part="seen"
                label={words.seen}
                value={rule.seen ?? 'any'}
                options={entries(words.seenOptions)}
                onPick={(s) => change({ ...rule, seen: s === 'any' ? null : s }, 'seen')}
            />
            {rule.verb === 'show' ? (
                <Choice
                    part="mention"
                    label={words.mention}
                    value={rule.mention_ok ? 'ok' : 'wait'}
                    options={entries(words.mentionOptions)}
                    onPick={(m) => change({ ...rule, mention_ok: m === 'ok' }, 'mention')}
                />
            ) : (
                <Choice
                    part="firm"
                    label={words.firm}
                    value={rule.firm ? 'yes' : 'no'}
                    options={entries(words.firmOptions)}
                    onPick={(f) => change({ ...rule, firm: f === 'yes' }, 'firm')}
                />
            )}
            <label class="because">
                <span>{words.because}</span>
                <input
                    class="choice words"
                    data-part="because"
                    type="text"
                    maxLength={79}
                    value={rule.because}
                    onInput={(e) => change({ ...rule, because: e.currentTarget.value }, 'because')}
                />
            </label>
        </div>
    );
}
