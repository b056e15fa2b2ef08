//! The homes of users, which their programs write to.

use super::bases::Kind;
use super::runtime::{Place, Runtime};
use crate::compare::folders::is_within;
use crate::program::{Action, Call, visit};
use crate::shell::{Command, plain};

impl Runtime<'_, '_> {
    /// The home that the old stage has made for the user of its container is there.
    pub(super) fn home(&self, places: &[Place]) -> Result<(), String> {
        let user = self.new.configuration.user.split(':').next().unwrap_or_default();
        let mut lost = None;
        visit(&self.old.steps, &mut |step| {
            if let Action::Call(call) = &step.action
                && let Some(home) = home_made_for(user, call)
                && !places.iter().any(|place| is_within(&home, &place.target))
                && !self.calls_again(call)
            {
                lost = Some(home);
            }
        });
        let lost = lost.map(|home| format!("nothing brings `{home}`, the home of `{user}`"));
        lost.map_or(Ok(()), Err)
    }

    /// Users and groups that sources of Go ask for (package `os/user`) are those of the old base, where the new one has few.
    pub(super) fn users_asked_for(&self, kind: Kind, places: &[Place]) -> Result<(), String> {
        let Some(context) = self.context.filter(|_| matches!(kind, Kind::Static | Kind::Busybox))
        else {
            return Ok(());
        };
        let asks = |path: &str| {
            let text = context.text(path).unwrap_or_default();
            path.ends_with(".go")
                && !path.ends_with("_test.go")
                && text.contains("os/user\"")
                && ["Lookup(", "LookupId(", "LookupGroup(", "LookupGroupId("]
                    .iter()
                    .any(|call| text.contains(call))
        };
        let Some((path, _)) = context.entries().find(|(path, _)| asks(path)) else { return Ok(()) };
        let mut lists = ["/etc/passwd", "/etc/group"].into_iter();
        let lost = lists.find(|list| !places.iter().any(|place| place.target == *list));
        let lost = lost.map(|list| format!("{path} asks for users, and nothing brings {list}"));
        lost.map_or(Ok(()), Err)
    }

    fn calls_again(&self, wanted: &Call<'_>) -> bool {
        let mut found = false;
        visit(&self.new.steps, &mut |step| {
            if let Action::Call(call) = &step.action {
                found |= call.words == wanted.words;
            }
        });
        found
    }
}

/// The home that a call makes for a user, who is given by name or number (`man useradd`, `man adduser`, `busybox adduser --help`).
fn home_made_for(user: &str, call: &Call<'_>) -> Option<String> {
    let command = Command::of(&call.words);
    let words: Option<Vec<&str>> = call.words.iter().map(|word| plain(word)).collect();
    let words = words?;
    let has = |options: &[&str]| words.iter().any(|word| options.contains(word));
    let behind = |options: &[&str]| {
        let at = words.iter().position(|word| options.contains(word));
        let joined = words.iter().find_map(|word| {
            let (option, value) = word.split_once('=')?;
            options.contains(&option).then_some(value)
        });
        joined.or_else(|| words.get(at? + 1).copied())
    };
    let is_his = has(&[user]) || behind(&["-u", "--uid"]) == Some(user);
    let (makes, home) = if command.is("useradd") {
        // Letters behind one that takes a word are that word.
        let makes = |letters: &str| {
            letters
                .chars()
                .take_while(|letter| !"bcdefgGkKpRsuZ".contains(*letter))
                .any(|one| one == 'm')
        };
        let short = words.iter().filter_map(|word| word.strip_prefix('-'));
        let short = short.filter(|letters| !letters.starts_with('-')).any(makes);
        (short || has(&["--create-home"]), behind(&["-d", "--home", "--home-dir"]))
    } else if command.is("adduser") {
        let without = has(&["--no-create-home", "-H", "--system", "-S"]);
        (!without, behind(&["--home", "-h"]))
    } else {
        return None;
    };
    // By its number alone a user has the last word of the call for its name.
    let name = if has(&[user]) && !user.bytes().all(|byte| byte.is_ascii_digit()) {
        user
    } else {
        words.last()?
    };
    (is_his && makes).then(|| home.map_or_else(|| format!("/home/{name}"), str::to_owned))
}
