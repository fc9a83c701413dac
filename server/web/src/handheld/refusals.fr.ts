// What the hub refuses a handheld, in French.

import type { Refusals } from './refusals';

export const fr: Refusals = {
    gone: { say: 'Cette carte n’est plus là.', do: 'Rien à faire : le client ou un collègue est passé à autre chose.' },
    not_free: { say: 'Votre collègue n’est plus libre.', do: 'Choisissez quelqu’un d’autre.' },
    no_sale: { say: 'Cette vente n’est plus dans la liste.', do: 'Regardez de nouveau la liste.' },
    department: { say: 'Ce magasin n’invite pas après une telle vente.', do: 'Les règles de la maison disent depuis quels rayons ; un responsable peut les changer.' },
    invited: { say: 'Il existe déjà une invitation pour cette vente.', do: 'Montrez-la ; après la prochaine vente, vous pourrez inviter de nouveau.' },
    full: { say: 'Le rayon a cette heure-ci autant de clients qu’il peut servir.', do: 'Invitez plus tard : la vente reste dans la liste aujourd’hui.' },
    not_counted: { say: 'Votre semaine n’a pas pu être comptée.', do: 'Réessayez dans un instant.' },
    note_over: { say: 'Cette note n’a pas été gardée.', do: 'Rien à faire : le moment est passé.' },
    not_saved: { say: 'Cela n’a pas pu être enregistré, donc rien n’a eu lieu.', do: 'Réessayez dans un instant.' },
    busy: { say: 'Il y a beaucoup de demandes en ce moment.', do: 'Réessayez dans un instant.' },
    rate: { say: 'C’était rapide.', do: 'Attendez un instant, puis réessayez.' },
    tries: { say: 'Trop de mauvais codes ont été tapés.', do: 'Demandez un nouveau code.' },
    link_over: { say: 'Ce code est inconnu, a déjà servi ou a expiré.', do: 'Vérifiez-le encore une fois, ou demandez-en un nouveau.' },
    key: { say: 'Ce navigateur ne peut pas garder de clé, et le magasin en demande une.', do: 'Ouvrez le lien dans le navigateur habituel de l’appareil, pas en navigation privée.' },
    shut: { say: 'Trop de mauvais codes PIN : cet appareil est verrouillé.', do: 'Un responsable peut le déverrouiller, ou l’associer de nouveau.' },
    closed: { say: 'Ce code PIN a été mal tapé trop souvent : il est bloqué un moment.', do: 'Patientez, ou demandez à un responsable d’effacer le code PIN.' },
    wrong_pin: { say: 'Ce n’est pas le bon code PIN.', do: 'Tapez-le encore une fois.' },
    pin: { say: 'Un code PIN a de 6 à 12 chiffres.', do: 'Choisissez-en un et tapez-le encore une fois.' },
    easy: { say: 'Ce code PIN est parmi les premiers que l’on essaierait.', do: 'Choisissez des chiffres sans suite logique.' },
    has_pin: { say: 'Il y a déjà un code PIN.', do: 'Connectez-vous avec lui ; un responsable peut l’effacer.' },
    off: { say: 'Ce magasin ne demande pas de code PIN.', do: 'Rien à faire.' },
    unknown: { say: 'Cela n’a pas marché.', do: 'Réessayez, ou demandez à un responsable.' },
};
