// What a page says in English: texts and labels with one of the words that no other language of ours has. What a store
// named itself (goods, people, its own name) is not looked at.

/** The texts of a page, seen or read out, that are English. */
export const english = (page) =>
    page.evaluate(() => {
        const word = /(?<!\p{L})(the|your|you|and|with|what|nobody|somebody|card|is|are|not|see|this|they|today|yes|no thanks)(?!\p{L})/iu;
        const own = '.line-text, .card-name, .masthead, .sign-store, .languages, [data-own]';
        const texts = [document.title];
        const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        for (let node = walk.nextNode(); node; node = walk.nextNode())
            if (!node.parentElement.closest(`script, style, noscript, ${own}`)) texts.push(node.data);
        for (const e of document.querySelectorAll('[aria-label], [title], [placeholder]'))
            if (!e.closest(own)) texts.push(e.getAttribute('aria-label') ?? '', e.getAttribute('title') ?? '', e.getAttribute('placeholder') ?? '');
        return [...new Set(texts.filter((t) => word.test(t)))];
    });
