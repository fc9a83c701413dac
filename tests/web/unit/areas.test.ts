import assert from 'node:assert/strict';
import test from 'node:test';
import { placesOf } from '../../../server/web/src/console/rules/areas';
import type { Area } from '../../../server/web/src/wire';

const area = (what: string, part: Partial<Area> = {}): Area => ({
    from: 'kind',
    to: 'hide',
    may_say_from: false,
    may_say_to: false,
    what,
    ...part,
});

test('an area says who looks at what was bought where, and when', () => {
    assert.deepEqual(
        placesOf(
            [area('preferred, not seller, online; associate/manager; no gift; price from 1000.00/price unknown; age <= 12 months')],
            'x',
        ),
        [
            {
                what: 'The chosen associate (not the seller), bought online',
                steps: [
                    {
                        from: 'kind',
                        to: 'hide',
                        may_say_from: false,
                        may_say_to: false,
                        when: ['associates or managers, from 1,000 or with no known price, of the last 12 months'],
                    },
                ],
            },
        ],
    );
});

test('cases of one place stand together, by how much is seen', () => {
    const [place, ...more] = placesOf(
        [
            area('not seller, not preferred, department, this-store; sensed'),
            area('not seller, not preferred, department, this-store; age > 18 months'),
            area('not seller, not preferred, department, this-store', { to: 'tally' }),
        ],
        'x',
    );
    assert.equal(more.length, 0);
    assert.equal(
        place?.what,
        'The purchase’s department (not the seller nor the chosen associate), bought in this store',
    );
    assert.deepEqual(
        place?.steps.map((s) => [s.to, s.when]),
        [
            ['hide', ['noticed by Wi-Fi only', 'older than 18 months']],
            ['tally', ['']],
        ],
    );
});

test('what is not known stands as it came', () => {
    const [place] = placesOf([area('some relations; price 10.00 to below 99.50; something new')], 'In some cases');
    assert.equal(place?.what, 'In some cases');
    assert.deepEqual(place?.steps[0]?.when, ['some relations, from 10 to below 99.5, something new']);
    assert.equal(placesOf([area('everything')], 'In some cases')[0]?.what, 'In some cases');
});
