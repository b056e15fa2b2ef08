//! The homes of users, which their programs write to.

use dockslim_contract::BuildContext;

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

    /// Whether the new stage makes the user of the images of Node.
    fn makes_node(&self) -> bool {
        let mut makes = false;
        visit(&self.new.steps, &mut |step| {
            if let Action::Call(call) = &step.action {
                let program = call.words.first().and_then(|word| plain(word)).unwrap_or_default();
                makes |= (program.ends_with("useradd") || program.ends_with("adduser"))
                    && call.words.iter().skip(1).any(|word| *word == "node");
            }
        });
        makes
    }

    /// The user of the images of Node, whom settings of the web server name, is made anew.
    pub(super) fn user_of_server(&self, context: &BuildContext) -> Result<(), String> {
        if self.makes_node() {
            return Ok(());
        }
        let told = |text: &str| {
            let settings = text.replace(['\n', '{', '}'], ";");
            settings.split(';').any(names_node)
        };
        let mut files = context.entries().map(|(path, _)| path);
        let found = files.find(|path| {
            let server = path.ends_with(".conf") || path.contains("nginx");
            server && context.text(path).is_some_and(told)
        });
        match found {
            Some(path) => Err(format!("{path} names a user whom the new base does not have")),
            None if self.is_told_of_node() => {
                Err("the web server runs as `node`, whom the new base does not have".to_owned())
            }
            None => Ok(()),
        }
    }

    /// Whether a command of the build, or that of the container, hands the web server a user of the images of Node.
    fn is_told_of_node(&self) -> bool {
        let mut told = false;
        visit(&self.old.steps, &mut |step| {
            if let Action::Call(call) = &step.action {
                let words = call.words.iter().chain(&call.redirects);
                told |= words
                    .flat_map(|word| word.split([';', '/', '\n', '"', '\'']).collect::<Vec<_>>())
                    .any(names_node);
            }
        });
        let starts = self.old.configuration.starts();
        told |=
            starts.into_iter().flatten().any(|text| text.split([';', '"', '\'']).any(names_node));
        told
    }

    /// The folders that a call makes for somebody else than who calls it, and whose they are: a home, or what `install -d` is told.
    pub(super) fn given_by(&self, call: &Call<'_>) -> Vec<(String, String)> {
        let words: Vec<&str> = call.words.iter().filter_map(|word| plain(word)).collect();
        let command = Command::of(&call.words);
        let program = command.program().to_owned();
        if let "useradd" | "adduser" = program.as_str() {
            let name = words.last().copied().unwrap_or_default();
            let whole = words.len() == call.words.len();
            let home = home_made_for(name, call).filter(|_| whole);
            return home.map(|home| (home, made_by(&words, &program))).into_iter().collect();
        }
        let short = |word: &str| word.starts_with('-') && !word.starts_with("--");
        let folders =
            words.iter().any(|word| *word == "--directory" || short(word) && word.contains('d'));
        let owner = behind(&words, &["-o", "--owner"]);
        let group = behind(&words, &["-g", "--group"]);
        if program != "install" || !folders || owner.or(group).is_none() {
            return Vec::new();
        }
        let whose = format!("{}:{}", owner.unwrap_or("0"), group.unwrap_or("0"));
        let mut found = Vec::new();
        let mut rest = call.words.iter().skip_while(|word| *word != "install").skip(1);
        while let Some(word) = rest.next() {
            if matches!(&**word, "-o" | "--owner" | "-g" | "--group" | "-m" | "--mode") {
                rest.next();
            } else if !word.starts_with('-') {
                found.extend(self.path(word, call).map(|path| (path, whose.clone())));
            }
        }
        found
    }

    /// Whether the new stage makes a call, too.
    pub(super) fn calls_again(&self, wanted: &Call<'_>) -> bool {
        let mut found = false;
        visit(&self.new.steps, &mut |step| {
            if let Action::Call(call) = &step.action {
                found |= call.words == wanted.words;
            }
        });
        found
    }
}

/// What stands behind one of some options, or is joined to it by `=`.
fn behind<'w>(words: &[&'w str], options: &[&str]) -> Option<&'w str> {
    let at = words.iter().position(|word| options.contains(word));
    let joined = words.iter().find_map(|word| {
        let (option, value) = word.split_once('=')?;
        options.contains(&option).then_some(value)
    });
    joined.or_else(|| words.get(at? + 1).copied())
}

/// Whom a call of `useradd` or `adduser` makes, with his group, which has his name where none is given; a name that nobody has where that is
/// not known (`man useradd`, "USERGROUPS_ENAB"; `man adduser`; `busybox adduser --help`).
fn made_by(words: &[&str], program: &str) -> String {
    let busybox = words.contains(&"-D");
    let options: &[&str] = match program {
        "useradd" => &["-g", "--gid"],
        _ if busybox => &["-G"],
        _ => &["--ingroup", "--gid"],
    };
    let name = words.last().copied().unwrap_or_default();
    let none = words.contains(&"-N") || words.contains(&"--no-user-group");
    let group = behind(words, options).or((!none).then_some(name)).unwrap_or("?");
    format!("{name}:{group}")
}

/// The home that a call makes for a user, who is given by name or number (`man useradd`, `man adduser`, `busybox adduser --help`).
fn home_made_for(user: &str, call: &Call<'_>) -> Option<String> {
    let command = Command::of(&call.words);
    let words: Option<Vec<&str>> = call.words.iter().map(|word| plain(word)).collect();
    let words = words?;
    let has = |options: &[&str]| words.iter().any(|word| options.contains(word));
    let behind = |options: &[&str]| behind(&words, options);
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

/// Whether a setting of nginx has it run as the user, or with the group, that the images of Node have ("user user [group];").
fn names_node(setting: &str) -> bool {
    let mut words = setting.split_whitespace();
    words.next() == Some("user") && words.take(2).any(|word| word == "node")
}
