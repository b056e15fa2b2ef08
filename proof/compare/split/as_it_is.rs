//! What a COPY changes of what it names: it follows a link, and it makes a folder anew, whose own mode is lost with that. What lies below a
//! folder that is named stays as it is (moby/buildkit, "COPY").

use dockslim_contract::ContextKind;

use super::bases::{self, Kind};
use super::runtime::Runtime;
use super::sequence::is_plain;
use crate::compare::folders::{absolute, is_within};
use crate::compare::words::describe;
use crate::program::{Action, Call, Step, visit};
use crate::shell::{Command, plain, readable};

/// Folders that are there in each Debian and Alpine (Filesystem Hierarchy Standard 3.0).
pub(super) const SYSTEM: &[&str] = &[
    "",
    "/bin",
    "/etc",
    "/home",
    "/lib",
    "/mnt",
    "/opt",
    "/root",
    "/sbin",
    "/srv",
    "/usr",
    "/usr/bin",
    "/usr/lib",
    "/usr/local",
    "/usr/local/bin",
    "/usr/local/etc",
    "/usr/local/lib",
    "/usr/local/sbin",
    "/usr/local/share",
    "/usr/sbin",
    "/usr/share",
    "/var",
    "/var/cache",
    "/var/lib",
    "/var/log",
];

/// Commands that make links and folders, or give them their mode and owner.
const MAKERS: &[&str] = &["chmod", "chown", "install", "ln", "mkdir"];

/// What a call changes the mode of.
struct Mode {
    /// Paths, and folders whose contents alone are meant, as a pattern tells.
    paths: Vec<(String, bool)>,
    /// Whether all below a path is meant, too.
    deep: bool,
    /// Whether a path is not known.
    open: bool,
}

impl<'t> Runtime<'_, 't> {
    /// What is copied by its name was no link, and folders of the new stage had the mode that a COPY, WORKDIR or their base gives them;
    /// or the calls that made them so stand there, too.
    pub(super) fn arrives_as_it_is(&self) -> Result<(), String> {
        let mut named: Vec<(&str, bool)> = Vec::new();
        for step in &self.new.steps {
            let Action::Copy(copy) = &step.action else { continue };
            if copy.from.as_deref() == Some(&*self.build) {
                let into = copy.destination.ends_with('/');
                named
                    .extend(copy.sources.iter().map(|source| (source.trim_end_matches('/'), into)));
            }
        }
        if let Some((path, _)) = named.iter().find(|(path, _)| self.is_link_of_project(path)) {
            return Err(format!("`{path}` is a link of the project, which a COPY follows"));
        }
        let mut problem = None;
        visit(&self.old.steps, &mut |step| {
            if let (None, Action::Call(call)) = (&problem, &step.action) {
                problem =
                    self.followed(step, call, &named).or_else(|| self.opened(step, call, &named));
            }
        });
        problem.map_or(Ok(()), Err)
    }

    fn is_link_of_project(&self, path: &str) -> bool {
        let Some(context) = self.context else { return false };
        self.old.steps.iter().filter_map(|step| self.whole(step)).any(|whole| {
            whole.candidates(path).iter().any(|source| {
                context.entry(source).is_some_and(|entry| entry.kind == ContextKind::Link)
            })
        })
    }

    /// The links that a call may make, each with what it leads to.
    pub(super) fn links_of(&self, call: &Call<'t>) -> Vec<(String, Option<String>)> {
        let words: Vec<String> = call.words.iter().map(|word| readable(word)).collect();
        let soft = |word: &String| {
            word == "--symbolic"
                || word.starts_with('-') && !word.starts_with("--") && word.contains('s')
        };
        if !Command::of(&call.words).is("ln") || !words.iter().any(soft) {
            return Vec::new();
        }
        let behind = call.words.iter().skip_while(|word| **word != "ln").skip(1);
        let operands: Vec<_> = behind.filter(|word| !word.starts_with('-')).collect();
        let Some((last, targets)) = operands.split_last() else { return Vec::new() };
        let Some(place) = self.path(last, call) else { return Vec::new() };
        let folder = last.ends_with('/')
            || targets.len() > 1
            || SYSTEM.contains(&place.trim_end_matches('/'))
            || !self.is_file(&place);
        let mut found = Vec::new();
        for word in targets {
            let target = self.meant(word, call);
            let name = target.as_deref().unwrap_or(word).trim_end_matches('/');
            let name = name.rsplit('/').next().unwrap_or(name);
            let inside = format!("{}/{name}", place.trim_end_matches('/'));
            for path in [Some(inside), (!folder).then(|| place.clone())].into_iter().flatten() {
                let here = path.rsplit_once('/').map_or("/", |(here, _)| here);
                let here = if here.is_empty() { "/" } else { here };
                let leads = target.as_deref().and_then(|target| absolute(target, here, None));
                found.push((path, leads));
            }
        }
        found
    }

    /// A link that a call makes, and that a COPY names.
    fn followed(&self, step: &Step<'t>, call: &Call<'t>, named: &[(&str, bool)]) -> Option<String> {
        let lost = self.links_of(call).into_iter().find(|(path, target)| {
            let copied = named.iter().any(|(source, _)| source == path);
            copied && !target.as_deref().is_some_and(|target| self.reads_alike(target, named))
        });
        lost.map(|(path, _)| {
            format!("`{path}` is a link by {}, which a COPY follows", describe(step))
        })
    }

    /// Whether what lies at a path is a file that is copied by its name, too, or a time zone of Debian.
    fn reads_alike(&self, target: &str, named: &[(&str, bool)]) -> bool {
        let mut linked = self.is_link_of_project(target);
        let mut installed = false;
        visit(&self.old.steps, &mut |step| {
            if let Action::Call(call) = &step.action {
                linked |= self.links_of(call).iter().any(|(path, _)| path == target);
                installed |= call.words.iter().any(|word| word == "tzdata");
            }
        });
        let image = bases::official(&self.old.image);
        let has_zones = installed || !image.starts_with("ubuntu") && !image.contains("alpine");
        named.contains(&(target, true)) && self.is_file(target) && !linked
            || has_zones && is_within(target, "/usr/share/zoneinfo")
    }

    /// A folder of the new stage to which a call gave a mode of its own.
    fn opened(&self, step: &Step<'t>, call: &Call<'t>, named: &[(&str, bool)]) -> Option<String> {
        let command = Command::of(&call.words);
        // These decide on modes as well (POSIX, `umask`, `xargs`).
        let by_others = call.words.first().is_some_and(|word| word.ends_with("xargs"));
        let otherwise = command.is("umask")
            || by_others && call.words.iter().any(|word| word.ends_with("chmod"));
        if otherwise
            && (self.makes_folders() || named.iter().any(|(source, _)| !self.is_file(source)))
        {
            return Some(format!("folders lose the modes that {} gives them", describe(step)));
        }
        let mode = self.mode_of(call)?;
        let lost =
            |path: &str| Some(format!("`{path}` loses the mode that {} gives it", describe(step)));
        let is_folder = |source: &str, into: bool| !into || !self.is_file(source);
        let folders = named.iter().filter(|(source, into)| is_folder(source, *into));
        let folders: Vec<&str> = folders.map(|(source, _)| *source).collect();
        if mode.open && !folders.is_empty() {
            return lost("a folder");
        }
        for (path, filled) in &mode.paths {
            let below = |source: &str| is_within(source, path) && source != path;
            let hit = folders.iter().find(|source| {
                **source == path && !filled || (mode.deep || *filled) && below(source)
            });
            if let Some(source) = hit {
                return lost(source);
            }
            if *filled && self.makes_below(path) && !self.calls_again(call) {
                return lost(path);
            }
            let carried = named.iter().any(|(source, _)| is_within(path, source));
            if !filled
                && !carried
                && self.has_anew(path, named)
                && !self.is_alone(path, call, named)
            {
                return lost(path);
            }
        }
        None
    }

    /// Whether the new stage makes a folder below a path by a command.
    fn makes_below(&self, path: &str) -> bool {
        let mut makes = false;
        visit(&self.new.steps, &mut |step| {
            let Action::Call(call) = &step.action else { return };
            let command = Command::of(&call.words);
            let words = call.words.iter().skip(1).map(|word| readable(word));
            let mut below = words.filter(|word| is_within(word, path) && word != path);
            makes |= (command.is("mkdir") || command.is("install")) && below.next().is_some();
        });
        makes
    }

    /// Whether the new stage makes folders by commands.
    fn makes_folders(&self) -> bool {
        self.makes_below("/")
    }

    /// Whether a folder is there in the new stage without being copied.
    fn has_anew(&self, path: &str, named: &[(&str, bool)]) -> bool {
        if ["/tmp", "/var/tmp"].contains(&path) {
            return false;
        }
        let mut made =
            self.folder(&self.new.configuration.directory).into_iter().collect::<Vec<_>>();
        made.extend(named.iter().map(|(source, _)| (*source).to_owned()));
        visit(&self.new.steps, &mut |step| match &step.action {
            Action::MakeFolder { path, .. } => made.extend(self.folder(path)),
            Action::Copy(copy) if copy.from.is_none() => {
                made.extend(self.folder(&copy.destination))
            }
            Action::Call(call) => {
                let words = call.words.iter().skip(1);
                made.extend(words.filter(|word| word.starts_with('/')).map(|word| readable(word)));
                let user = call.words.last().map(|word| readable(word)).unwrap_or_default();
                if Command::of(&call.words).program().ends_with("user")
                    || Command::of(&call.words).is("useradd")
                {
                    made.push(format!("/home/{user}"));
                }
            }
            _ => {}
        });
        SYSTEM.contains(&path.trim_end_matches('/'))
            || made.iter().any(|one| is_within(one.trim_end_matches('/'), path))
    }

    /// Whether a folder gets its mode by the same call in the new stage, where nothing is copied to it.
    fn is_alone(&self, path: &str, call: &Call<'t>, named: &[(&str, bool)]) -> bool {
        let mut entered = false;
        visit(&self.new.steps, &mut |step| match &step.action {
            Action::MakeFolder { path: made, .. } => {
                entered |= self.folder(made).is_none_or(|made| is_within(&made, path));
            }
            Action::Copy(copy) => {
                entered |= self.folder(&copy.destination).is_none_or(|to| is_within(&to, path));
            }
            _ => {}
        });
        self.calls_again(call)
            && !entered
            && !named.iter().any(|(source, _)| is_within(source, path))
    }

    /// What a call gives a mode that differs from 0755 in what matters.
    fn mode_of(&self, call: &Call<'t>) -> Option<Mode> {
        let command = Command::of(&call.words);
        let name = command.program().rsplit('/').next().unwrap_or_default().to_owned();
        let behind = call.words.len() - command.words.len() + 1;
        let words = call.words.iter().skip(behind);
        let mut found = Mode { paths: Vec::new(), deep: false, open: false };
        let mut bits: Option<String> = None;
        let mut argument = "";
        for word in words {
            let text = readable(word);
            match name.as_str() {
                _ if !argument.is_empty() => {
                    if argument == "mode" {
                        bits = Some(text);
                    }
                    argument = "";
                }
                "mkdir" | "install" if text == "-m" || text == "--mode" => argument = "mode",
                "install" if ["-o", "-g", "--owner", "--group"].contains(&text.as_str()) => {
                    argument = "other";
                }
                "mkdir" | "install" if text.starts_with("--mode=") => {
                    bits = text.strip_prefix("--mode=").map(str::to_owned);
                }
                "mkdir" | "install"
                    if text.starts_with('-') && !text.starts_with("--") && text.contains('m') =>
                {
                    let given = text.split_once('m').map_or("", |(_, given)| given);
                    match given {
                        "" => argument = "mode",
                        given => bits = Some(given.to_owned()),
                    }
                }
                "mkdir" | "install" if text.starts_with('-') => {}
                "chmod" if bits.is_none() && text.starts_with("--reference") => bits = Some(text),
                "chmod" if bits.is_none() && is_flag_of_chmod(&text) => {
                    found.deep |= text == "--recursive" || text.contains('R');
                }
                "chmod" if bits.is_none() => bits = Some(text),
                "chmod" | "mkdir" | "install" => match self.path(word, call) {
                    Some(path) => found.paths.push((path, false)),
                    None if plain(word).is_none() && text.contains('*') && !text.contains('$') => {
                        let front = text.split('*').next().unwrap_or_default();
                        let folder = front.rsplit_once('/').map_or("", |(folder, _)| folder);
                        let here = self.folder(&self.states.seen(call.state).directory);
                        let path = match front.starts_with('/') {
                            true => Some(folder.to_owned()),
                            false => {
                                here.and_then(|here| absolute(folder, &format!("{here}/"), None))
                            }
                        };
                        found.open |= path.is_none();
                        found.paths.extend(path.map(|path| (path, true)));
                    }
                    None => found.open = true,
                },
                _ => return None,
            }
        }
        let folder = name != "install"
            || call.words.iter().any(|word| word == "-d" || word == "--directory");
        let bits = bits.filter(|_| folder)?;
        (!leaves_folders_alone(&bits)).then_some(found)
    }

    /// Whether a call makes a link, a folder or its mode as a call of the old stage did, told by whole paths, where a folder for it is sure
    /// to be there.
    pub(super) fn makes_as_before(&self, old: &Call<'_>, new: &Call<'_>) -> bool {
        let has = matches!(
            bases::kind(&self.new.image, &self.old.image),
            Some(Kind::Debian(_) | Kind::Java | Kind::DotNet | Kind::Same | Kind::Slim)
        );
        let Some((program, words)) = new.words.split_first() else { return false };
        let texts: Vec<Option<String>> = words.iter().map(|word| self.meant(word, new)).collect();
        let Some(texts) = texts.into_iter().collect::<Option<Vec<String>>>() else { return false };
        let (flags, named): (Vec<&String>, Vec<&String>) =
            texts.iter().partition(|text| text.starts_with('-'));
        let paths: Vec<&String> =
            named.iter().copied().filter(|text| text.starts_with('/')).collect();
        let there = |path: &str| {
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            SYSTEM.contains(&folder) || folder == "/var/log/nginx" && self.installs_nginx()
        };
        let all = |letters: &str| {
            flags.iter().all(|flag| flag[1..].chars().all(|letter| letters.contains(letter)))
        };
        let told = match &**program {
            "ln" => {
                let stays = |path: &str| !self.removes(path) && !self.fills(path);
                matches!(named.as_slice(), [_, link] if link.starts_with('/') && there(link) && stays(link))
                    && all("sfnv")
                    && flags.iter().any(|flag| flag.contains('s'))
            }
            "mkdir" => {
                let parents = flags.iter().any(|flag| flag.contains('p'));
                let mode = named.len() - paths.len();
                mode <= usize::from(flags.iter().any(|flag| flag.ends_with('m')))
                    && paths.iter().all(|path| (parents || there(path)) && !self.removes(path))
            }
            "chmod" | "chown" => named.len() == paths.len() + 1 && all("Rvfc"),
            "install" => {
                let mode = named.len() - paths.len();
                flags.iter().any(|flag| *flag == "-d")
                    && flags
                        .iter()
                        .all(|flag| ["-d", "-m"].contains(&flag.as_str()) || flag.starts_with("-m"))
                    && mode <= usize::from(flags.iter().any(|flag| *flag == "-m"))
                    && paths.iter().all(|path| !self.removes(path))
            }
            _ => false,
        };
        has && told && !paths.is_empty() && is_plain(self.states, old)
    }

    fn installs_nginx(&self) -> bool {
        let mut found = false;
        visit(&self.new.steps, &mut |step| {
            if let Action::Call(call) = &step.action {
                found |= call.words.iter().any(|word| word == "nginx");
            }
        });
        found
    }

    /// Whether a COPY of the new stage brings something to a path.
    fn fills(&self, path: &str) -> bool {
        self.new.steps.iter().any(|step| match &step.action {
            Action::Copy(copy) => {
                self.folder(&copy.destination).is_none_or(|to| is_within(&to, path))
            }
            _ => false,
        })
    }
}

/// Whether a call is of those that make links and folders, or say how open these are and whose.
pub(super) fn is_maker(call: &Call<'_>) -> bool {
    call.words.first().is_some_and(|word| MAKERS.contains(&&**word))
}

fn is_flag_of_chmod(word: &str) -> bool {
    word.starts_with("--")
        || word.len() > 1
            && word.starts_with('-')
            && !word[1..].contains(|letter| !"RHLPcfv".contains(letter))
}

/// Whether folders of 0755 have the same rights behind a change, as far as anybody but their owner may tell, or more for nobody.
fn leaves_folders_alone(bits: &str) -> bool {
    if bits.bytes().all(|byte| byte.is_ascii_digit()) {
        return u32::from_str_radix(bits, 8) == Ok(0o755);
    }
    bits.split(',').all(|part| {
        let Some((who, rights)) = part.split_once(['+', '-', '=']) else { return false };
        let sign = part.as_bytes()[who.len()];
        let only = |letters: &str| rights.chars().all(|right| letters.contains(right));
        let owner = matches!(who, "" | "u");
        let others = !who.is_empty() && who.chars().all(|one| "go".contains(one));
        let enters = rights.contains('r') && rights.contains(['x', 'X']);
        match sign {
            b'+' => only("rxX") || owner && only("rwxX"),
            b'-' => others && only("w"),
            _ => {
                enters
                    && (others && only("rxX") || who == "u" && only("rwxX") && rights.contains('w'))
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::leaves_folders_alone;

    #[test]
    fn modes_tell() {
        for bits in ["755", "0755", "+x", "a+rX", "u+w", "go-w", "u=rwx,go=rx", "u+rwX,g+rX"] {
            assert!(leaves_folders_alone(bits), "{bits}");
        }
        for bits in
            ["777", "1777", "700", "2755", "g+w", "a+rwX", "g=u", "o-rx", "a=rx", "+t", "ugo=r"]
        {
            assert!(!leaves_folders_alone(bits), "{bits}");
        }
    }
}
