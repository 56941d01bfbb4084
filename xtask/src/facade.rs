//! A facade that runs: the demo with all it needs, or one more beside it.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::binary::Binary;
use crate::command::{shown, works};
use crate::{http, ports};

const PATIENCE: Duration = Duration::from_secs(120);
const PATIENCE_AT_THE_END: Duration = Duration::from_secs(10);
const PORTS: u16 = 10;

/// A child process that ends with us.
pub(crate) struct Process {
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts it; what it prints goes to this file.
    pub(crate) fn start(command: &mut Command, log: &Path) -> Result<Self> {
        println!("$ {} > {}", shown(command), log.display());
        let file = File::create(log).with_context(|| format!("creating {}", log.display()))?;
        command.stdout(file.try_clone()?).stderr(file);
        let child = command.spawn().with_context(|| format!("starting {}", shown(command)))?;
        Ok(Self { child, log: log.to_owned() })
    }

    /// Its number.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits until `ready`, for as long as it runs and two minutes at most.
    pub(crate) fn wait_until(&mut self, what: &str, ready: impl Fn() -> bool) -> Result<()> {
        let start = Instant::now();
        while !ready() {
            let ended = self.child.try_wait()?;
            if ended.is_some() || start.elapsed() > PATIENCE {
                bail!("{what}: {}\n{}", ended.map_or("not in time".into(), |status| status.to_string()), self.tail());
            }
            sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    /// Waits for its end.
    pub(crate) fn wait(&mut self) -> Result<()> {
        self.child.wait()?;
        Ok(())
    }

    fn tail(&self) -> String {
        let text = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<_> = text.lines().collect();
        lines[lines.len().saturating_sub(30)..].join("\n")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // asked first, because nginx takes its workers with it only then
        let asked = works(Command::new("kill").arg(self.id().to_string()));
        let start = Instant::now();
        while asked && start.elapsed() < PATIENCE_AT_THE_END && self.child.try_wait().is_ok_and(|ended| ended.is_none())
        {
            sleep(Duration::from_millis(20));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The demo: development PKI, simulator and facade on loopback.
pub(crate) struct Demo {
    /// The folder with its PKI and configuration.
    pub(crate) folder: PathBuf,
    facts: Value,
}

impl Demo {
    /// Starts it in an empty folder and waits until it is ready.
    pub(crate) fn start(binary: &Binary, folder: &Path) -> Result<(Self, Process)> {
        let mut command = prepare(binary, folder)?;
        let facts = folder.join("demo.json");
        let mut process = Process::start(&mut command, &folder.with_extension("log"))?;
        process.wait_until("the demo did not write demo.json", || read(&facts).is_ok())?;
        let demo = Self { folder: folder.to_owned(), facts: read(&facts)? };
        let ready = format!("{}/health/ready", demo.fact("admin_url")?);
        process
            .wait_until("the demo did not become ready", || http::status(&ready).is_ok_and(|status| status == 200))?;
        Ok((demo, process))
    }

    /// A line of `demo.json`.
    pub(crate) fn fact(&self, key: &str) -> Result<&str> {
        self.facts[key].as_str().map(|text| text.trim_end_matches('/')).with_context(|| format!("demo.json: no {key}"))
    }

    /// The address of an old service.
    pub(crate) fn service(&self, name: &str) -> Result<&str> {
        self.facts["services"][name].as_str().with_context(|| format!("demo.json: no service {name}"))
    }
}

fn prepare(binary: &Binary, folder: &Path) -> Result<Command> {
    if folder.exists() {
        std::fs::remove_dir_all(folder).with_context(|| format!("emptying {}", folder.display()))?;
    }
    std::fs::create_dir_all(folder)?;
    let mut command = binary.command();
    command.arg("demo").arg("--dir").arg(folder).args(["--port-base", &ports::free_block(PORTS)?.to_string()]);
    Ok(command)
}

fn read(file: &Path) -> Result<Value> {
    Ok(serde_json::from_str(&std::fs::read_to_string(file)?)?)
}

/// One more facade, with the demo's configuration but for some settings.
pub(crate) struct Another {
    /// Where callers reach it, without a path.
    pub(crate) callers_url: String,
    /// The process.
    pub(crate) process: Process,
}

impl Another {
    /// Starts it and waits until it is ready. Settings are named as in the environment, without the common beginning.
    pub(crate) fn start(binary: &Binary, demo: &Demo, log: &Path, settings: &[(&str, &str)]) -> Result<Self> {
        let port = ports::free_block(2)?;
        let callers_url = with_port(demo.fact("callers_url")?, port)?;
        let admin = format!("127.0.0.1:{}", port + 1);
        let mut command = binary.command();
        command.arg("serve").arg("--config").arg(demo.folder.join("facade.toml"));
        let own = [
            ("CALLERS__ADDRESS", format!("127.0.0.1:{port}")),
            ("CALLERS__PUBLIC_URL", callers_url.clone()),
            ("ADMIN__ADDRESS", admin.clone()),
            ("INTAKE__ENABLED", "false".to_owned()),
            ("STORE__FILE", log.with_extension("db").display().to_string()), // each process has one to itself
        ];
        let given = settings.iter().map(|(key, value)| (*key, (*value).to_owned()));
        command.envs(own.into_iter().chain(given).map(|(key, value)| (format!("DFDG_FACADE__{key}"), value)));
        let mut process = Process::start(&mut command, log)?;
        let ready = format!("http://{admin}/health/ready");
        process
            .wait_until("the facade did not become ready", || http::status(&ready).is_ok_and(|status| status == 200))?;
        Ok(Self { callers_url, process })
    }
}

fn with_port(url: &str, port: u16) -> Result<String> {
    let (host, _) = url.rsplit_once(':').with_context(|| format!("{url} has no port"))?;
    Ok(format!("{host}:{port}"))
}
