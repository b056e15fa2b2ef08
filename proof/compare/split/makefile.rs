//! What the rule `install` of a Makefile brings (GNU Coding Standards, "DESTDIR" and "Variables for Installation Directories").

use dockslim_contract::BuildContext;

use super::runtime::{Place, Runtime};
use crate::compare::folders::is_within;
use crate::program::{Action, Call, Step};
use crate::shell::plain;

impl<'t> Runtime<'_, 't> {
    /// Whether what may be a folder comes as it is: with a folder above it, or by its own path.
    pub(super) fn comes_whole(&self, places: &[Place], path: &str) -> bool {
        let by_its_path = |step: &Step<'t>| match &step.action {
            Action::Copy(copy) => copy.sources == [path] && copy.destination == path,
            _ => false,
        };
        places.iter().any(|place| {
            !["", path].contains(&place.target.as_str()) && is_within(path, &place.target)
        }) || self.new.steps.iter().any(by_its_path)
    }

    /// What a call of make installs, where the Makefile lies that says so.
    pub(super) fn installed_by(&self, call: &Call<'t>) -> Option<Vec<String>> {
        let words: Option<Vec<&str>> = call.words.iter().map(|word| plain(word)).collect();
        let words = words?;
        let mut folder = self.path(".", call)?;
        let mut given = Vec::new();
        let mut words = words.iter().skip_while(|word| !word.ends_with("make")).skip(1);
        while let Some(word) = words.next() {
            match word.split_once('=') {
                _ if *word == "-C" => folder = self.path(words.next()?, call)?,
                Some((name, value)) if !name.starts_with('-') => {
                    given.push((name.to_owned(), value.to_owned()));
                }
                // These neither lead elsewhere nor read other rules (GNU make, "Summary of Options").
                _ if word.starts_with('-')
                    && !word
                        .trim_start_matches(['-', 'j', 's', 'k', 'B'])
                        .bytes()
                        .all(|byte| byte.is_ascii_digit()) =>
                {
                    return None;
                }
                _ => {}
            }
        }
        let seen = self.states.seen(call.state);
        let is_set = |name: &str| {
            seen.surroundings.environment.contains_key(name)
                || seen.variables.contains_key(name)
                || call.assignments.iter().any(|text| text.split('=').next() == Some(name))
        };
        let paths = installed(self.context, &self.configured(), &given, is_set)?;
        let rules = ["Makefile", "makefile", "GNUmakefile", "Makefile.in"];
        let here = rules.iter().any(|name| {
            let path = format!("{}/{name}", folder.trim_end_matches('/'));
            self.old.steps.iter().any(|step| {
                let source = self.whole(step).and_then(|whole| whole.source(&path));
                source.is_some_and(|source| {
                    self.context.is_some_and(|context| context.exists(&source))
                })
            })
        });
        here.then_some(paths)
    }
}

/// The paths of the files that `make install` writes, where the one Makefile of a project says it in plain words; with a slash at its end
/// what may be a folder.
///
/// `configure` are the words behind each call of that, which makes a Makefile from a template. `given` are the variables that the call of
/// make is given, and `is_set` says whether its surroundings set one.
fn installed(
    context: Option<&BuildContext>,
    configure: &[Vec<Option<&str>>],
    given: &[(String, String)],
    is_set: impl Fn(&str) -> bool,
) -> Option<Vec<String>> {
    const NAMES: &[&str] =
        &["Makefile", "makefile", "GNUmakefile", "Makefile.in", "Makefile.am", "CMakeLists.txt"];
    let is_one = |path: &str| NAMES.contains(&path.rsplit('/').next().unwrap_or(path));
    let mut makefiles = context?.entries().filter(|(path, _)| is_one(path)).map(|(path, _)| path);
    let path = makefiles.next()?;
    let text = context?.text(path)?;
    if makefiles.next().is_some() {
        return None;
    }
    let text = &filled(path, text, configure)?;
    let named = |line: &str| {
        line.split('=')
            .next()
            .map(|name| is_set(name.trim().trim_end_matches(['?', ':', '+']).trim()))
    };
    if is_set("DESTDIR")
        || text.lines().filter(|line| line.contains('=')).filter_map(named).any(|set| set)
    {
        return None;
    }
    let mut files = Vec::new();
    let mut folders: Vec<String> = Vec::new();
    for line in install_commands(text, given)? {
        let words: Vec<&str> = line.split_whitespace().collect();
        let makes_folders = words[0] == "mkdir" || (words[0] == "install" && words.contains(&"-d"));
        // What only links or lists libraries leaves no program.
        let links = words[0] == "ln" && words.last().is_some_and(|word| word.contains(".so"));
        if links || words[0] == "ldconfig" {
            continue;
        }
        if !makes_folders && !matches!(words[0], "install" | "cp") {
            return None;
        }
        let mut operands: Vec<&str> = Vec::new();
        for pair in words.windows(2) {
            if !pair[1].starts_with('-') && !matches!(pair[0], "-m" | "-o" | "-g") {
                operands.push(pair[1]);
            }
        }
        if makes_folders {
            folders.extend(operands.iter().map(|path| path.trim_end_matches('/').to_owned()));
            continue;
        }
        let (target, sources) = operands.split_last()?;
        let place = target.trim_end_matches('/');
        let known = [
            "/usr/local/bin",
            "/usr/bin",
            "/usr/local/lib",
            "/usr/local/share",
            "/usr/local/sbin",
            "/etc",
            "/bin",
        ];
        let folder = target.ends_with('/')
            || known.contains(&place)
            || folders.iter().any(|one| one == place);
        // What takes folders along may have been given one (GNU coreutils, "cp invocation").
        let whole = words.iter().any(|word| {
            matches!(*word, "--archive" | "--recursive")
                || word.starts_with('-')
                    && !word.starts_with("--")
                    && word.contains(['R', 'a', 'r'])
        });
        let end = if words[0] == "cp" && whole { "/" } else { "" };
        for source in sources {
            let name = source.trim_end_matches('/').rsplit('/').next()?;
            let of_shell = |context: &BuildContext| {
                context.entries().any(|(path, _)| {
                    path.rsplit('/').next() == Some(name)
                        && context.text(path).is_some_and(|text| text.starts_with("#!"))
                })
            };
            // A script by another name looks like a program.
            if !folder && place.rsplit('/').next() != Some(name) && context.is_some_and(of_shell) {
                return None;
            }
            let path = match (folder, name) {
                (true, ".") | (false, _) => place.to_owned(),
                _ => format!("{place}/{name}"),
            };
            files.push(path + end);
        }
    }
    let plain = |path: &String| path.starts_with('/') && !path.contains(['*', '?', '$', '`']);
    (!files.is_empty() && files.iter().all(plain)).then_some(files)
}

/// The rules of a Makefile: names, needs and commands; `None` where it chooses between rules or reads others and is asked for all.
type Written = (String, String, Vec<String>);

fn rules_of(text: &str, all: bool) -> Option<Vec<Written>> {
    let joined = text.replace("\\\n", " ");
    let mut rules: Vec<Written> = Vec::new();
    for line in joined.lines().filter(|line| !line.trim_start().starts_with('#')) {
        if let Some(recipe) = line.strip_prefix('\t') {
            let Some(last) = rules.last_mut() else { continue };
            last.2.extend(recipe.split(';').flat_map(|part| part.split("&&")).map(str::to_owned));
            continue;
        }
        let word = line.split_whitespace().next().unwrap_or_default();
        let choice = word.starts_with("if") || ["else", "endif", "define"].contains(&word);
        let of_headers = word == "-include" && (line.contains(".d") || line.contains("depend"));
        let reads = word.trim_start_matches(['-', 's']) == "include" && !of_headers;
        if all && (choice || reads) {
            return None;
        }
        let Some((names, rest)) = line.split_once(':') else { continue };
        if names.contains('=') || rest.starts_with([':', '=']) {
            continue;
        }
        let (needs, first) = rest.split_once(';').unwrap_or((rest, ""));
        let first = first.split("&&").flat_map(|part| part.split(';')).map(str::to_owned);
        rules.push((names.to_owned(), needs.to_owned(), first.collect()));
    }
    Some(rules)
}

/// Each command of these rules with what it stands for, and whether it is of the rule `install`; those that people call are left out.
fn commands_of(rules: &[Written], text: &str, given: &[(String, String)]) -> Vec<(bool, String)> {
    let for_people =
        "check clean dist distclean distcheck help maintainer-clean mostlyclean test uninstall";
    let listed = |text_of: &str| -> Vec<String> {
        let told = partly_substituted(text_of, text, given);
        told.split_whitespace().map(str::to_owned).collect()
    };
    let mut found = Vec::new();
    for (names, needs, recipe) in rules {
        let (names, needs) = (listed(names), listed(needs));
        let is_install = names.iter().any(|name| name == "install");
        let aside = |name: &String| for_people.split(' ').any(|one| one == name);
        if !is_install && !names.is_empty() && names.iter().all(aside) {
            continue;
        }
        for line in recipe {
            let mut line = line.replace("$<", needs.first().map_or("", |it| it));
            for own in ["$(@D)", "$(@F)", "$(dir $@)", "$*"] {
                line = line.replace(own, "own");
            }
            let line = line.replace("$^", &needs.join(" ")).replace("$@", &names.join(" "));
            let line = line.trim().trim_start_matches(['@', '-', ' ']);
            if !line.is_empty() && !line.starts_with('#') {
                found.push((is_install, line.to_owned()));
            }
        }
    }
    found
}

/// What the rule `install` runs, a command at a time; `None` where not all of it stands there.
fn install_commands(text: &str, given: &[(String, String)]) -> Option<Vec<String>> {
    let joined = text.replace("\\\n", " ");
    let rules = rules_of(text, true)?;
    let mut commands = Vec::new();
    for (is_install, line) in commands_of(&rules, &joined, given) {
        if is_install {
            commands.push(substituted(&line, &joined, given)?);
        } else if leaves_project(&partly_substituted(&line, &joined, given)) {
            return None;
        }
    }
    Some(commands)
}

impl<'t> Runtime<'_, 't> {
    /// Whether a rule besides `install` of the Makefile that a call of make reads may put something outside of the project.
    pub(super) fn makes_elsewhere(&self, call: &Call<'t>) -> bool {
        let mut words = call.words.iter().skip_while(|word| *word != "-C");
        let led = words.nth(1).map_or(".", |word| &**word);
        let Some(context) = self.context else { return false };
        let text = ["GNUmakefile", "makefile", "Makefile"].iter().find_map(|name| {
            let path = self.path(&format!("{led}/{name}"), call)?;
            let mut wholes = self.old.steps.iter().filter_map(|step| self.whole(step));
            wholes.find_map(|whole| whole.candidates(&path).iter().find_map(|it| context.text(it)))
        });
        let Some(text) = text else { return false };
        let joined = text.replace("\\\n", " ");
        let rules = rules_of(text, false).unwrap_or_default();
        let mut commands = commands_of(&rules, &joined, &[]).into_iter();
        commands.any(|(is_install, line)| {
            !is_install && leaves_project(&partly_substituted(&line, &joined, &[]))
        })
    }
}

/// The same, where what is not known stays as it is.
fn partly_substituted(line: &str, text: &str, given: &[(String, String)]) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(start) = rest.find('$') {
        let end = rest[start..].find([')', '}']).map_or(rest.len(), |end| start + end + 1);
        let name = &rest[start..end];
        out.push_str(&rest[..start]);
        out.push_str(&substituted(name, text, given).unwrap_or_else(|| name.to_owned()));
        rest = &rest[end..];
    }
    out + rest
}

/// Whether a command puts files where a path of the system, or one that nobody knows, says, or calls what may install; of a compiler what
/// it writes counts.
fn leaves_project(command: &str) -> bool {
    let outside = |word: &str| word.starts_with(['/', '$']);
    let mut words = command.split_whitespace();
    let program = words.next().unwrap_or_default();
    let program = program.rsplit('/').next().unwrap_or(program);
    let puts =
        ["cp", "dd", "install", "ln", "mkdir", "mv", "rsync", "tar", "tee", "touch", "unzip"];
    let others = ["$(MAKE)", "${MAKE}", "make", "sh", "bash", "sudo", "for", "if"];
    let null = |target: &str| target.trim_start().starts_with("/dev/");
    let written = command.split('>').skip(1).any(|it| outside(it.trim_start()) && !null(it));
    let built = command.split(" -o").skip(1).any(|target| outside(target.trim_start()));
    written
        || built
        || puts.contains(&program) && words.clone().any(outside)
        || others.contains(&program) && words.any(|word| word.contains("install"))
}

/// A Makefile as `configure` writes it, with the folder that it is given and no other choice.
fn filled(path: &str, text: &str, configure: &[Vec<Option<&str>>]) -> Option<String> {
    if !path.ends_with(".in") {
        return (!text.contains('@') || configure.is_empty()).then(|| text.to_owned());
    }
    let [words] = configure else { return None };
    let mut prefix = "/usr/local";
    for word in words {
        let word = (*word)?;
        match word.split_once('=') {
            Some(("--prefix", given)) => prefix = given,
            _ if word.starts_with("--enable-") || word.starts_with("--disable-") => {}
            _ => return None,
        }
    }
    let mut text = text.replace("@exec_prefix@", "@prefix@");
    let folders = ["bin:bin", "sbin:sbin", "lib:lib", "data:share", "sysconf:etc"];
    for (name, folder) in folders.iter().filter_map(|pair| pair.split_once(':')) {
        text = text.replace(&format!("@{name}dir@"), &format!("@prefix@/{folder}"));
    }
    Some(text.replace("@prefix@", prefix))
}

/// A line with the variables put in that make is given, or its Makefile sets; DESTDIR is empty otherwise. `None` if one is not known.
fn substituted(line: &str, text: &str, given: &[(String, String)]) -> Option<String> {
    let mut line = line.to_owned();
    for _ in 0..16 {
        let Some(start) = line.find("$(").or_else(|| line.find("${")) else { return Some(line) };
        let end = start + line[start..].find([')', '}'])?;
        let name = &line[start + 2..end];
        let told = given.iter().rev().find(|(given, _)| given == name);
        let own = || value(text, name).or((name == "DESTDIR").then_some(""));
        let value = told.map(|(_, value)| value.as_str()).or_else(own)?;
        line = format!("{}{value}{}", &line[..start], &line[end + 1..]);
    }
    None
}

fn value<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let mut lines = text.lines().filter(|line| !line.starts_with('\t')).rev();
    lines.find_map(|line| {
        let (left, right) = line.split_once('=')?;
        (left.trim_end_matches(['?', ':']).trim() == name).then(|| right.trim())
    })
}
