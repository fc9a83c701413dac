// The hub's words for a part of all cases, in Swedish.

import type { AreaWords } from './area-words';

export const sv: AreaWords = {
    places: {
        online: 'köpt på nätet',
        'in-store': 'köpt i en butik',
        'this-store': 'köpt i den här butiken',
        'other-store': 'köpt i en annan butik',
    },
    words: {
        associate: 'medarbetare',
        trainee: 'praktikanter',
        manager: 'chefer',
        sensitive: 'skyddat',
        bought: 'behållet',
        returned: 'returnerat',
        cancelled: 'avbeställt',
        gift: 'presenter',
        'checked-in': 'när gästen själv har sagt till',
        sensed: 'bara märkt på wifi',
        'price unknown': 'utan känt pris',
    },
    below: (price) => `under ${price}`,
    from: (price) => `från ${price}`,
    between: (from, below) => `från ${from} till under ${below}`,
    ageMost: (months) => (months === '1' ? 'den senaste månaden' : `de senaste ${months} månaderna`),
    ageMore: (months) => `äldre än ${months} ${months === '1' ? 'månad' : 'månader'}`,
    ages: (more, most) => `${more} till ${most} månader gammalt`,
    others: 'Andra',
    anyone: 'Alla',
    not: (who) => `inte ${who}`,
};
