//! Scripts of the project that a RUN starts, with what they do in their place: they are run in the mind, each by a shell of its own.

mod text;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use dockslim_contract::BuildContext;
use dockslim_syntax::parse;

use super::runtime::Runtime;
use super::written::COMPILERS;
use crate::compare::folders::is_within;
use crate::program::{Action, Block, Call, Demand, Step, visit};
use crate::shell::{ACTIVE, Setting, Shell, State, States, plain};
use crate::stages::{Build, Stage};
use text::Handed;

/// How deep scripts may call one another.
const DEEPEST: usize = 3;

/// Programs that may write over a file of the project that they do not name.
const UNNAMED: &[&str] = &["dos2unix", "git", "patch", "tar", "unzip"];

/// Programs that only say something, or ask.
const HARMLESS: &[&str] = &[":", "[", "date", "echo", "printf", "pwd", "test", "true"];

/// The state of a build that is handed a script, in which the script is found.
struct Found {
    text: String,
    bash: bool,
    options: Vec<String>,
    handed: Handed,
}

/// Whether a build may start scripts at all.
pub(super) fn may_call(build: &Build<'_>) -> bool {
    let mut steps = build.stages.iter().flat_map(|stage| &stage.steps);
    steps.any(|step| match &step.action {
        Action::Call(call) => call.words.first().is_some_and(|word| {
            word.contains('/') || matches!(&**word, "sh" | "bash") && call.words.len() > 1
        }),
        _ => false,
    })
}

/// A build with the commands of scripts in place of the calls of them, where there are calls that can be followed.
pub(super) fn followed<'t>(
    build: &Build<'t>,
    states: &mut States,
    context: Option<&BuildContext>,
) -> Option<Build<'t>> {
    let context = context?;
    let mut found: Option<Build<'t>> = None;
    for (number, stage) in build.stages.iter().enumerate() {
        let mut steps = Vec::new();
        let mut any = false;
        for (at, step) in stage.steps.iter().enumerate() {
            match in_place_of(step, (stage, &stage.steps[..at]), states, context, 0) {
                Some(calls) => {
                    any = true;
                    steps.push(kept(step));
                    steps.extend(calls);
                }
                None => steps.push(step.clone()),
            }
        }
        if any {
            found.get_or_insert_with(|| build.clone()).stages[number].steps = steps;
        }
    }
    found
}

/// The call itself, which stays to be compared.
pub(super) fn kept<'t>(step: &Step<'t>) -> Step<'t> {
    let mut step = step.clone();
    if let Action::Call(call) = &mut step.action {
        call.words.insert(0, Cow::Borrowed(":"));
        // It is handed on to the compiler, where this is asked for.
        let set = call.assignments.iter().filter(|text| !text.starts_with("CGO_ENABLED="));
        let set: Vec<Cow<'t, str>> = set.cloned().collect();
        call.words.extend(set);
        call.assignments.clear();
    }
    step
}

/// What a script does in place of a step that starts it.
fn in_place_of<'t>(
    step: &Step<'t>,
    (stage, earlier): (&Stage<'t>, &[Step<'t>]),
    states: &mut States,
    context: &BuildContext,
    depth: usize,
) -> Option<Block<'t>> {
    let Action::Call(call) = &step.action else { return None };
    if step.demand != Demand::Must
        || depth >= DEEPEST
        || !call.redirects.is_empty()
        || !call.inner.is_empty()
    {
        return None;
    }
    let found = find(call, (stage, earlier), states, context)?;
    let go_alone: Vec<Cow<'t, str>> =
        call.assignments.iter().filter(|text| text.starts_with("CGO_ENABLED=")).cloned().collect();
    if !go_alone.is_empty() && found.text.contains("CGO_ENABLED") {
        return None;
    }
    let seen = states.seen(call.state).clone();
    let mut variables: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in seen.variables.iter() {
        // What was not exported the script does not see.
        if value.ends_with(" exported") {
            variables.insert(name.clone(), value.clone());
        }
    }
    for text in &call.assignments {
        let (name, value) = text.split_once('=')?;
        let given = plain(text).is_some() && !found.handed.decides(name);
        given.then_some(())?;
        if name != "CGO_ENABLED" {
            variables.insert(name.to_owned(), format!("={value} exported"));
        }
    }
    let code = text::prepared(&found.text, &found.handed, &|name| {
        seen.surroundings.environment.contains_key(name) || variables.contains_key(name)
    })?;
    let mut surroundings = (*seen.surroundings).clone();
    let shell = if found.bash { "/bin/bash" } else { "/bin/sh" };
    surroundings.shell = [vec![shell.to_owned()], found.options, vec!["-c".to_owned()]].concat();
    let mut state = State::fresh(Arc::new(surroundings));
    state.seen.directory = seen.directory.clone();
    state.seen.variables = Arc::new(variables);
    state.seen.sandbox = seen.sandbox.clone();
    let sets_shell = if found.bash { "SHELL [\"/bin/bash\", \"-c\"]\n" } else { "" };
    let whole = format!("FROM scratch\n{sets_shell}RUN <<'{END}'\n{code}{END}\n");
    let dockerfile = parse(&whole);
    let run = dockerfile.instructions().map(|(_, one)| one).next_back()?;
    let script = run.script()?;
    let setting = Setting {
        dockerfile: &dockerfile,
        heredocs: &run.heredocs,
        volumes: &stage.volumes,
        image: &stage.image,
        fresh_mounts: false,
    };
    let block = Shell::new(setting, states).run(script, state);
    let mut steps = Vec::new();
    for one in &block {
        for one in chosen(one) {
            if says_only(&one, states) {
                continue;
            }
            for one in demanded(&one, states) {
                steps.push(owned(&one, step)?);
            }
        }
    }
    // What it has done so far may have changed what it starts.
    let (mut all, mut before) = (Vec::new(), earlier.to_vec());
    for one in steps {
        match in_place_of(&one, (stage, &before), states, context, depth + 1) {
            Some(inner) => all.extend(inner),
            None => all.push(one.clone()),
        }
        before.push(one);
    }
    for one in &mut all {
        hand_on(one, &go_alone);
    }
    Some(all)
}

/// What is done of a step that asks what is known without the build.
fn chosen<'s>(step: &Step<'s>) -> Block<'s> {
    let all = |block: &Block<'s>| block.iter().flat_map(chosen).collect::<Block<'s>>();
    match &step.action {
        Action::If { branches, otherwise } => {
            for (test, body) in branches {
                match answer(test) {
                    Some(true) => return all(body),
                    Some(false) => {}
                    None => return vec![step.clone()],
                }
            }
            otherwise.as_ref().map(all).unwrap_or_default()
        }
        Action::Choose { subject, inner, arms, .. } => {
            let Some(subject) = plain(subject).filter(|_| inner.is_empty()) else {
                return vec![step.clone()];
            };
            for (patterns, body) in arms {
                let fits = patterns.iter().map(|pattern| match plain(pattern) {
                    Some(pattern) => Some(pattern == subject),
                    None => (*pattern == format!("{ACTIVE}*")).then_some(true),
                });
                match fits.collect::<Option<Vec<bool>>>() {
                    Some(fits) if fits.contains(&true) => return all(body),
                    Some(_) => {}
                    None => return vec![step.clone()],
                }
            }
            Vec::new()
        }
        _ => vec![step.clone()],
    }
}

/// What a test says whose words are all known.
fn answer(test: &Block<'_>) -> Option<bool> {
    let [Step { action, .. }] = test.as_slice() else { return None };
    let call = match action {
        Action::Call(call) => call,
        Action::Not(inner) => return answer(inner).map(|holds| !holds),
        _ => return None,
    };
    let words: Option<Vec<&str>> = call.words.iter().map(|word| plain(word)).collect();
    let words = words.filter(|_| call.redirects.is_empty() && call.inner.is_empty())?;
    let inner = match words.as_slice() {
        ["[", inner @ .., "]"] | ["test", inner @ ..] => inner,
        _ => return None,
    };
    match inner {
        ["!", rest @ ..] if rest.len() > 1 => text::says(rest).map(|holds| !holds),
        inner => text::says(inner),
    }
}

/// The steps of `step || exit 1`, which ends the script as its own failure would where errexit is on.
fn demanded<'s>(step: &Step<'s>, states: &States) -> Block<'s> {
    if let Action::Chain { on_success: false, parts } = &step.action
        && let [first, second] = parts.as_slice()
        && second.last().is_some_and(|last| last.action == Action::Fail)
        && second.iter().all(|step| says_only(step, states))
        && let Some((last, before)) = first.split_last()
        && before.is_empty()
    {
        return vec![Step { demand: Demand::Must, ..last.clone() }];
    }
    vec![step.clone()]
}

/// What ends the script in the text that is read.
const END: &str = "THAT_IS_ALL_OF_IT";

/// Hands what a call was given to the compiler of Go. Where others may need what that takes away, it stands out.
fn hand_on<'t>(step: &mut Step<'t>, given: &[Cow<'t, str>]) {
    if let Action::Call(call) = &mut step.action
        && call.words.first().is_some_and(|word| word == "go" || word == "make")
    {
        let verb = call.words.get(1).map_or("", |word| &**word);
        let harmless =
            ["clean", "env", "fmt", "get", "list", "mod", "test", "version", "vet", "work"];
        let races = call.words.iter().any(|word| super::OF_CGO.contains(&&**word));
        let own = call.assignments.iter().any(|text| text.starts_with("CGO_ENABLED="));
        if !own && (races || !harmless.contains(&verb)) {
            call.assignments.extend(given.iter().cloned());
        }
    }
    for block in step.action.blocks_mut() {
        block.iter_mut().for_each(|inner| hand_on(inner, given));
    }
}

/// The script that a call starts.
fn find(
    call: &Call<'_>,
    (stage, earlier): (&Stage<'_>, &[Step<'_>]),
    states: &States,
    context: &BuildContext,
) -> Option<Found> {
    let seen = states.seen(call.state);
    if !seen.redirects.is_empty() || !seen.taint.is_empty() || !seen.settings.is_empty() {
        return None;
    }
    let words: Option<Vec<&str>> = call.words.iter().map(|word| plain(word)).collect();
    let words = words?;
    let (shell, rest) = match words.split_first()? {
        (first, rest) if matches!(first.rsplit('/').next(), Some("sh" | "bash")) => {
            let known = ["sh", "bash", "/bin/sh", "/bin/bash", "/usr/bin/bash"].contains(first);
            known.then_some((Some(*first), rest))?
        }
        _ => (None, words.as_slice()),
    };
    let mut options: Vec<String> = Vec::new();
    let mut rest = rest;
    while let Some((option, behind)) = rest.split_first().filter(|(word, _)| word.starts_with('-'))
    {
        shell?;
        options.push((*option).to_owned());
        rest = behind;
    }
    let (name, arguments) = rest.split_first()?;
    if shell.is_none() && !name.contains('/') {
        return None;
    }
    let view = Runtime::of_stage(states, Some(context), stage);
    let own = name.rsplit('/').next().unwrap_or(name);
    // What these do is known by their names.
    if COMPILERS.contains(&own) || ["gradlew", "mvnw"].contains(&own) {
        return None;
    }
    let decides = ["BASH_ENV", "CDPATH", "ENV", "SHELLOPTS"];
    if decides.iter().any(|name| seen.surroundings.environment.contains_key(*name)) {
        return None;
    }
    let place = view.path(name, call)?;
    let text = brought(&view, earlier, &place, context)?;
    if is_changed(&view, earlier, &place) || is_mounted_over(&view, call, &place) {
        return None;
    }
    let first = text.lines().next()?;
    let bash = match (shell, first.strip_prefix("#!")) {
        (Some(shell), _) => shell.ends_with("bash"),
        (None, Some(line)) => {
            let words: Vec<&str> = line.split_whitespace().collect();
            let (program, rest) = match words.as_slice() {
                ["/usr/bin/env", program, rest @ ..] => (*program, rest),
                [program, rest @ ..] => (*program, rest),
                [] => return None,
            };
            options.extend(rest.iter().map(|word| (*word).to_owned()));
            match program {
                "bash" | "/bin/bash" | "/usr/bin/bash" => true,
                "sh" | "/bin/sh" | "/usr/bin/sh" | "/bin/dash" | "/bin/ash" => false,
                _ => return None,
            }
        }
        (None, None) => return None,
    };
    let fits =
        |word: &String| word.len() > 1 && word[1..].bytes().all(|letter| b"euxv".contains(&letter));
    if options.len() > 1 || !options.iter().all(fits) {
        return None;
    }
    let folder = view.path(".", call)?;
    let arguments = arguments.iter().map(|word| (*word).to_owned()).collect();
    let handed = Handed { name: (*name).to_owned(), place, folder, arguments };
    Some(Found { text: text.to_owned(), bash, options, handed })
}

/// The text of the file that the last of these steps brings to a place.
fn brought<'c>(
    view: &Runtime<'_, '_>,
    steps: &[Step<'_>],
    place: &str,
    context: &'c BuildContext,
) -> Option<&'c str> {
    for step in steps.iter().rev() {
        let Action::Copy(copy) = &step.action else { continue };
        let target = view.folder(&copy.destination)?;
        if !is_within(place, if target.is_empty() { "/" } else { target.trim_end_matches('/') }) {
            continue;
        }
        // What others bring there may be anything.
        if copy.from.is_some() || copy.adds {
            return None;
        }
        let known = copy.flags.iter().all(|flag| {
            ["--chown=", "--chmod=", "--link"].iter().any(|name| flag.starts_with(name))
        });
        if !known || !copy.documents.is_empty() {
            return None;
        }
        let into = copy.destination.ends_with(['/', '.']) || copy.sources.len() > 1;
        for source in copy.sources.iter().rev() {
            let paths = context.matching(source)?;
            for path in paths.iter().rev() {
                let rest = place[target.trim_end_matches('/').len()..].trim_start_matches('/');
                let file = path.rsplit('/').next().unwrap_or(path);
                let inner = match context.is_folder(path) {
                    true => format!("{path}/{rest}").trim_matches('/').to_owned(),
                    false if rest == file || rest.is_empty() && !into => (*path).to_owned(),
                    false => continue,
                };
                if context.exists(&inner) {
                    return context.text(&inner);
                }
            }
        }
    }
    None
}

/// Whether one of these steps may write over a file, or take it away.
fn is_changed(view: &Runtime<'_, '_>, steps: &[Step<'_>], place: &str) -> bool {
    let name = place.rsplit('/').next().unwrap_or(place);
    let mut changed = false;
    visit(steps, &mut |step| {
        let Action::Call(call) = &step.action else { return };
        let program = call.words.first().map_or("", |word| word.rsplit('/').next().unwrap_or(word));
        if ["chmod", "echo", "ls", "cat", "sh", "bash", "test", "["].contains(&program) {
            changed |= call.redirects.iter().any(|text| text.ends_with(name));
            return;
        }
        changed |= UNNAMED.contains(&program);
        let moves = ["cp", "find", "install", "ln", "mv", "rm", "rsync", "sed", "tee"];
        for word in call.words.iter().skip(1) {
            let path = view.path(word, call);
            let near = match &path {
                Some(path) => is_within(place, path) && path != "/",
                // A pattern, or what nobody knows.
                None => !word.starts_with('-'),
            };
            let named = path.as_deref() == Some(place);
            let open = path.is_none() && program != "rm" && program != "find" && program != "sed";
            changed |= named || moves.contains(&program) && near && !open_is_elsewhere(word, open);
        }
        changed |= call.redirects.iter().any(|text| text.ends_with(name));
    });
    changed
}

/// Whether a word that is open says at least that it is a file of another kind: `*.jar`.
fn open_is_elsewhere(word: &str, open: bool) -> bool {
    open && word.rsplit_once('.').is_some_and(|(_, end)| {
        end != "sh" && !end.is_empty() && end.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

/// Whether the sandbox of a call has something else where the script lies.
fn is_mounted_over(view: &Runtime<'_, '_>, call: &Call<'_>, place: &str) -> bool {
    view.states.seen(call.state).surroundings.flags.iter().any(|flag| {
        let options = flag.strip_prefix("--mount=").unwrap_or_default().split(',');
        let known = ["type=cache", "type=secret", "type=ssh"];
        let targets = options.clone().filter_map(|option| {
            let (name, value) = option.split_once('=')?;
            ["target", "dst", "destination"].contains(&name).then_some(value)
        });
        !options.clone().any(|option| known.contains(&option)) || { targets }
            .any(|target| view.path(target, call).is_none_or(|it| is_within(place, &it)))
    })
}

/// Whether a step leaves nothing, and does nothing but say something or fail.
fn says_only(step: &Step<'_>, states: &States) -> bool {
    match &step.action {
        Action::Fail => true,
        Action::Call(call) => {
            let quiet = call.redirects.iter().all(|text| {
                text.contains("/dev/null") || text.contains(">&1") || text.contains(">&2")
            });
            let first = call.words.first().map_or("", |word| &**word);
            let asks = first == "command" && call.words.get(1).is_some_and(|word| word == "-v");
            let test = first.starts_with("[[ ") && call.words.len() == 1;
            let inner = call.inner.iter().flatten().all(|step| says_only(step, states));
            let function = states.seen(call.state).settings.get(&format!("function {first}"));
            let says = function.is_some_and(|body| text::only_speaks(body));
            let own = HARMLESS.contains(&first) || asks || test || says;
            own && quiet && inner && call.assignments.is_empty() && !call.words.is_empty()
        }
        Action::If { .. } | Action::Chain { .. } | Action::Not(_) => {
            let mut inside = step.action.blocks().into_iter().flatten();
            inside.all(|step| says_only(step, states))
        }
        _ => false,
    }
}

/// A step that stands where another one stood, and borrows nothing; `None` if it may leave its shell.
fn owned<'t>(step: &Step<'_>, place: &Step<'t>) -> Option<Step<'t>> {
    let text = |text: &Cow<'_, str>| -> Cow<'t, str> { Cow::Owned(text.to_string()) };
    let texts = |all: &[Cow<'_, str>]| all.iter().map(text).collect::<Vec<_>>();
    let block = |block: &Block<'_>| -> Option<Block<'t>> {
        block.iter().map(|step| owned(step, place)).collect()
    };
    let blocks = |all: &[Block<'_>]| all.iter().map(block).collect::<Option<Vec<_>>>();
    let action = match &step.action {
        Action::Call(call) => Action::Call(Call {
            words: texts(&call.words),
            assignments: texts(&call.assignments),
            redirects: texts(&call.redirects),
            inner: blocks(&call.inner)?,
            state: call.state,
            stale: call.stale,
            leaves: call.leaves,
            history: call.history,
        }),
        Action::Chain { on_success, parts } => {
            Action::Chain { on_success: *on_success, parts: blocks(parts)? }
        }
        Action::Not(inner) => Action::Not(block(inner)?),
        Action::If { branches, otherwise } => Action::If {
            branches: branches
                .iter()
                .map(|(test, body)| Some((block(test)?, block(body)?)))
                .collect::<Option<_>>()?,
            otherwise: match otherwise {
                Some(inner) => Some(block(inner)?),
                None => None,
            },
        },
        Action::Pipe { elements, signs, state } => {
            Action::Pipe { elements: blocks(elements)?, signs: texts(signs), state: *state }
        }
        Action::Fail => Action::Fail,
        // Loops, and what leaves the script.
        _ => return None,
    };
    Some(Step { action, demand: step.demand, at: place.at })
}
