// The page of the rules: the book as sentences, what a change of them would do, and how it is put in force [P65-P73].

import { useEffect, useRef, useState } from 'preact/hooks';
import type { Answer } from '../../lib/api';
import type { DiffResult, Finding, Rule, Rules, RulesCheck, Version } from '../../wire';
import { StepUp } from '../step-up';
import { act, look } from './ask';
import { Book } from './book';
import { Cards } from './cards';
import { Change, verdictOf } from './change';
import { changeOf, draftOf, headerOf, type Draft } from './draft';
import { Decide, Propose } from './decide';
import { PictureOf } from './picture';
import { AsText } from './text';
import { Tell, toldOf, type Told } from './told';
import { keptText, useDraft, type Drafting } from './use-draft';
import { useJob } from './use-job';
import { useCheck, useRules, type Checked, type Reading } from './use-rules';
import { History, Waiting } from './versions';
import { person, when, whyOf, words } from './words';
import '../../style/rules.css';
import '../../style/rules-change.css';
import '../../style/rules-picture.css';

/** The rules in force as rules: the hub reads its own text once for each version. */
function useLive(live: Version | undefined) {
    const [read, setRead] = useState<{ text: string; rules: Rule[] } | null>(null);
    const checking = useCheck(live?.text ?? null, '');
    const answer = checking.checked?.answer;
    useEffect(() => {
        if (live && answer?.ok && answer.rules && checking.checked?.text === live.text)
            setRead({ text: live.text ?? '', rules: answer.rules });
    }, [answer, live?.text]);
    return read;
}

const toChanges = () => document.getElementById('changes')?.scrollIntoView({ block: 'start' });

/** Another version that somebody looks at, instead of changing the rules. */
interface Looking {
    version: Version;
    text: string;
}

function InForce({ live }: { live: Version }) {
    const also = live.approved_by && live.approved_by !== live.by ? person(live.approved_by) : '';
    return (
        <p class="in-force" data-live={live.version} data-sha={live.sha256}>
            <strong>{words.live(live.name, live.version)}</strong>{' '}
            {words.since(when(live.published_ms || live.at_ms), person(live.by), also)}. {words.intro}
        </p>
    );
}

/** What counting over everybody has found out about single rules; of those that are changed it is worth a look. */
function foundBy({ customers, unused, singles_out }: DiffResult, draft: Draft, live: readonly Rule[]): Finding[] {
    if (customers === 0) return [];
    const lines = new Map(live.map((r) => [r.id, r.line]));
    const changed = new Set(
        draft.rules.filter((d) => changeOf(d.rule, lines) !== 'same').map((d) => d.rule.id),
    );
    const found = (kind: string, rule: string, say: string) => ({ kind, rule, say, warning: changed.has(rule) });
    return [
        ...unused.map((rule) => found('unused', rule, words.unused(rule))),
        ...singles_out.map((s) => found('singles_out', s.rule, words.singles(s))),
    ];
}

/** Whether a part of the page is in sight. */
function useInSight(id: string, ready: boolean): boolean {
    const [seen, setSeen] = useState(false);
    useEffect(() => {
        const part = document.getElementById(id);
        if (!part) return;
        const watch = new IntersectionObserver((all) => setSeen(all.some((e) => e.isIntersecting)));
        watch.observe(part);
        return () => watch.disconnect();
    }, [id, ready]);
    return seen;
}

/** Why what the page shows may not be the newest. */
function Lost({ state }: { state: Reading['state'] }) {
    if (state === 'offline')
        return (
            <p class="notice warn" role="status" data-notice="offline">
                <strong>{words.offline.say}</strong> {words.offline.do}
            </p>
        );
    if (state === 'refused')
        return (
            <p class="notice warn" role="status" data-notice="signed-out">
                <strong>{words.refused.say}</strong> {words.refused.do}
            </p>
        );
    return null;
}

function Undo({ drafting, differs, live }: { drafting: Drafting; differs: boolean; live: string }) {
    return (
        <div class="rule-actions">
            {drafting.canUndo && (
                <button type="button" class="small-button" data-do="undo" onClick={() => drafting.undo()}>
                    {words.undo}
                </button>
            )}
            {differs && (
                <button type="button" class="small-button quiet" data-do="restart" onClick={() => drafting.load(live)}>
                    {words.restart}
                </button>
            )}
        </div>
    );
}

function LookingAt({ version }: { version: Version }) {
    const title =
        version.state !== 'proposed'
            ? words.versionName(version.name, version.version)
            : version.mine
              ? words.lookingYours
              : words.looking(person(version.by));
    return (
        <p class="notice" data-looking={version.version}>
            <strong>{title}</strong> {whyOf(version.why)}
        </p>
    );
}

/** What the rules do to be seen: the picture, and cards of somebody made up. */
function Seen({ checked: { text, answer }, live }: { checked: Checked; live: string }) {
    const differs = answer.sha256 !== live;
    return (
        <>
            {answer.picture && (
                <section class="pane" aria-labelledby="picture">
                    <h2 id="picture">{words.picture}</h2>
                    <p class="sub">{words.pictureLead}</p>
                    <PictureOf picture={answer.picture} differs={differs} />
                </section>
            )}
            {answer.ok && (
                <section class="pane" aria-labelledby="cards">
                    <h2 id="cards">{words.cards}</h2>
                    <p class="sub">{words.cardsLead}</p>
                    <Cards text={text} differs={differs} />
                </section>
            )}
        </>
    );
}

/** While what would change is out of sight: its one sentence, and the way there. */
function VerdictBar({ verdict }: { verdict: string }) {
    return (
        <button type="button" class="verdict-bar" data-do="to-change" onClick={toChanges}>
            <span>{verdict}</span>
            <span class="verdict-go">{words.toChange}</span>
        </button>
    );
}

export function RulesPage() {
    const reading = useRules();
    const { rules } = reading;
    const live = useLive(rules?.live);
    const drafting = useDraft(live);
    const { draft } = drafting;
    const [looking, setLooking] = useState<Looking | null>(null);
    const [told, setTold] = useState<Told | null>(null);
    const [busy, setBusy] = useState(false);
    const [proposing, setProposing] = useState(false);
    const [again, setAgain] = useState<(() => void) | null>(null); // to be done once it is known who asks
    const inText = useRef(false);
    const jobs = useJob();
    const sha = rules?.live.sha256 ?? '';
    // Other rules are in force than those the page still shows, unchanged: it is about to follow them.
    const follows = rules && live && live.text !== rules.live.text && drafting.written === live.text;
    const text = looking?.text ?? (follows ? (rules.live.text ?? '') : drafting.text);
    const checking = useCheck(text, sha);
    const { checked } = checking;
    const inSight = useInSight('changes', Boolean(rules && draft && live));
    const answer: RulesCheck | undefined = checked?.answer;
    const fresh = checking.state === 'ready';

    // The rules in force: where nothing has been changed, the page follows them.
    const followed = useRef<string | null>(null);
    useEffect(() => {
        if (!live) return;
        const before = followed.current;
        followed.current = live.text;
        if (before === live.text) return;
        const kept = before === null ? keptText() : null;
        if (before === null || drafting.written === before) drafting.begin(headerOf(live.text), live.rules);
        else setTold({ name: 'meanwhile', ...words.meanwhile, warn: true });
        if (kept && kept !== live.text) drafting.load(kept);
    }, [live]);

    // What was typed has been read.
    useEffect(() => {
        if (drafting.typed !== null && answer?.ok && answer.rules && checked?.text === drafting.typed)
            drafting.adopt(answer.text ?? '', answer.rules, !inText.current);
    }, [checked]);

    // What somebody looks at may be decided by another meanwhile.
    const known = looking && rules?.versions.find((v) => v.version === looking.version.version);
    useEffect(() => {
        if (!looking || !known || known.state === looking.version.state) return;
        setLooking(looking.version.state === 'proposed' ? null : { ...looking, version: known });
        if (looking.version.state === 'proposed' && !busy) setTold({
                name: 'over',
                say: known.state === 'live' ? words.agreed(person(known.approved_by)) : words.over,
            });
    }, [known?.state]);

    if (!rules || !draft || !live)
        return (
            <main class="rules-page" data-rules="loading">
                {reading.state === 'offline' ? (
                    <p class="notice warn" role="status">
                        <strong>{words.offline.say}</strong> {words.offline.do}
                    </p>
                ) : (
                    <p class="calm">{words.loading}</p>
                )}
            </main>
        );

    const lookAt = async (version: Version) => {
        const found = await look<Version>('rules_version', { version: version.version });
        if (!found.ok) return setTold(toldOf(found.trouble));
        setTold(null);
        setProposing(false);
        setLooking({ version, text: found.value.text ?? '' });
        toChanges();
    };

    /** Does something that changes the versions; what comes of it is read anew. */
    const doing = async <T,>(name: string, body: object, then: (value: T) => void): Promise<Answer<T>> => {
        setBusy(true);
        setTold(null);
        const done = await act<T>(name, body);
        setBusy(false);
        if (done.ok) then(done.value);
        else if (done.trouble.error === 'step_up') setAgain(() => () => void doing(name, body, then));
        else setTold(toldOf(done.trouble));
        reading.again();
        return done;
    };

    const proposed = (version: Version, of: string) => {
        setProposing(false);
        setTold({ name: 'proposed', say: version.wider ? words.proposedWide : words.proposedNarrow });
        setLooking({ version, text: of });
    };

    /** Once somebody goes on changing, what was told of before is over. */
    const edited =
        <A extends unknown[]>(edit: (...args: A) => void) =>
        (...args: A) => {
            setTold(null);
            edit(...args);
        };

    const propose = (why: string) =>
        doing<Version>('rules_propose', { text: drafting.written, why }, (version) => {
            proposed(version, drafting.written);
            drafting.begin(headerOf(live.text), live.rules);
        });

    const rollback = async (version: Version, why: string) => {
        const found = await look<Version>('rules_version', { version: version.version });
        if (!found.ok) return setTold(toldOf(found.trouble));
        await doing<Version>('rules_rollback', { version: version.version, why }, (made) =>
            proposed(made, found.value.text ?? ''),
        );
        toChanges();
    };

    const publish = () =>
        looking &&
        void doing<Rules>(
            'rules_publish',
            { version: looking.version.version, sha256: looking.version.sha256 },
            (value) => {
                setLooking(null);
                reading.take(value);
                setTold({ name: 'published', say: words.published });
            },
        );

    const withdraw = () =>
        looking &&
        void doing<unknown>('rules_withdraw', { version: looking.version.version }, () => {
            setLooking(null);
            setTold({ name: 'withdrawn', say: words.takenBack });
        });

    const errors = answer && !answer.ok && checked?.text === text ? (answer.errors ?? []) : [];
    const shown: Draft | null = looking
        ? answer?.ok && checked?.text === looking.text
            ? draftOf(headerOf(answer.text ?? ''), answer.rules ?? [])
            : null
        : draft;
    const counted = jobs.diff && jobs.diff.text === text && shown ? foundBy(jobs.diff.result, shown, live.rules) : [];
    const differs = answer?.ok === true && fresh && answer.sha256 !== sha;
    const above = answer?.ceilings?.some((c) => c.of === 'head office' && c.cells > 0) ?? false;
    const acts = { busy, look: (v: Version) => void lookAt(v), rollback: (v: Version, w: string) => void rollback(v, w) };

    return (
        <main class="rules-page" data-rules={looking ? 'looking' : 'changing'} data-check={checking.state}>
            <Lost state={reading.state} />
            <InForce live={rules.live} />
            <Waiting versions={rules.versions} looking={looking?.version.version ?? 0} acts={acts} />
            <div class="rules-both">
                <section class="pane book" aria-labelledby="book">
                    <div class="pane-head">
                        <h2 id="book">{words.book}</h2>
                        {!looking && <Undo drafting={drafting} differs={differs} live={live.text} />}
                    </div>
                    {looking && <LookingAt version={looking.version} />}
                    {shown ? (
                        <Book
                            draft={shown}
                            live={live.rules}
                            classes={rules.classes}
                            findings={[...(answer?.findings ?? []), ...counted]}
                            errors={drafting.typed === null ? errors : []}
                            open={looking ? null : drafting.open}
                            {...(looking
                                ? {}
                                : {
                                      edit: {
                                          open: drafting.setOpen,
                                          change: edited(drafting.change),
                                          remove: edited(drafting.remove),
                                          add: edited(drafting.add),
                                          putBack: edited((rule: Rule) => drafting.putBack(rule, live.rules)),
                                      },
                                  })}
                        />
                    ) : (
                        <p class="calm">{words.checking}</p>
                    )}
                    {!looking && (
                        <AsText
                            text={drafting.text ?? ''}
                            errors={errors}
                            shipped={rules.shipped}
                            load={edited(drafting.load)}
                            type={(t) => {
                                inText.current = document.activeElement instanceof HTMLTextAreaElement;
                                setTold(null);
                                drafting.type(t);
                            }}
                            done={() => {
                                inText.current = false;
                                if (answer?.ok && checked?.text === drafting.typed)
                                    drafting.adopt(answer.text ?? '', answer.rules ?? [], true);
                                drafting.left();
                            }}
                        />
                    )}
                </section>
                <section class="pane changes" id="changes" aria-labelledby="changes-title">
                    <h2 id="changes-title" tabIndex={-1}>{words.changeTitle}</h2>
                    <Tell told={told} />
                    <Change checking={checking} live={sha} text={text ?? ''} jobs={jobs} />
                    {looking ? (
                        <Decide
                            version={known ?? looking.version}
                            busy={busy}
                            drafted={drafting.written !== live.text}
                            publish={publish}
                            withdraw={withdraw}
                            further={() => {
                                drafting.load(looking.text);
                                setLooking(null);
                                setTold(null);
                            }}
                            leave={() => {
                                setLooking(null);
                                setTold(null);
                            }}
                        />
                    ) : (
                        differs &&
                        !above && (
                            <Propose
                                busy={busy}
                                asking={proposing}
                                ask={() => setProposing(true)}
                                propose={(why) => void propose(why)}
                            />
                        )
                    )}
                </section>
            </div>
            {checked && <Seen checked={checked} live={sha} />}
            <section class="pane" aria-labelledby="versions">
                <h2 id="versions">{words.history}</h2>
                <History versions={rules.versions} acts={acts} />
            </section>
            {(differs || errors.length > 0) && !looking && !inSight && (
                <VerdictBar verdict={verdictOf(checking, sha)} />
            )}
            {again && (
                <StepUp
                    onDone={() => {
                        setAgain(null);
                        again();
                    }}
                    onClose={() => setAgain(null)}
                />
            )}
        </main>
    );
}
