//! Homes that are given to their users, and that the new stage makes again in place of taking all that a compiler keeps in them.

use super::runtime::Runtime;
use crate::program::{Action, Call, Demand, visit};
use crate::shell::{Command, plain};
use crate::stages::Stage;

impl Runtime<'_, '_> {
    /// Whether `chown` gives a user, with the group of his name, the home that `useradd -m` has made for him in both stages.
    pub(super) fn is_own_home(&self, path: &str, call: &Call<'_>) -> bool {
        let mut operands = call
            .words
            .iter()
            .skip(1)
            .filter_map(|word| plain(word))
            .filter(|it| !it.starts_with('-'));
        let Some((user, group)) = operands.next().and_then(|owner| owner.split_once(':')) else {
            return false;
        };
        user == group
            && path == format!("/home/{user}")
            && makes_home(self.old, user)
            && makes_home(self.new, user)
    }
}

/// Whether a stage makes a user with a home at the usual place, and a group of his name (useradd(8)).
fn makes_home(stage: &Stage<'_>, user: &str) -> bool {
    let other = [
        "-b",
        "-d",
        "-g",
        "-M",
        "-N",
        "--base-dir",
        "--gid",
        "--home",
        "--no-create-home",
        "--no-user-group",
    ];
    let mut made = false;
    visit(&stage.steps, &mut |step| {
        let Action::Call(call) = &step.action else { return };
        let words: Option<Vec<&str>> = call.words.iter().map(|word| plain(word)).collect();
        let Some(words) = words.filter(|_| Command::of(&call.words).is("useradd")) else { return };
        let makes = |word: &&str| {
            let short = word.starts_with('-') && !word.starts_with("--");
            *word == "--create-home" || short && word.contains('m')
        };
        let apart = |word: &&str| {
            let short = word.starts_with('-') && !word.starts_with("--");
            other.iter().any(|one| word.starts_with(one))
                || short && word.contains(['b', 'd', 'g', 'M', 'N'])
        };
        let whole = words.iter().any(makes) && !words.iter().any(apart);
        made |= step.demand == Demand::Must && whole && words.last() == Some(&user);
    });
    made
}
