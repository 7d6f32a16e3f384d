//! A host: a network namespace with one TUN device. `socat` makes the device and hands its packets, one by one, to a
//! Unix socket of the router's: opening such a device oneself takes unsafe code.

use crate::wait::until_blocking;
use anyhow::{Context as _, Result, bail, ensure};
use std::{
    net::Ipv4Addr,
    os::unix::net::UnixDatagram,
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};

/// All hosts' addresses are in it, one third byte a host.
const NET: [u8; 2] = [10, 77];
/// The first address that a host has.
const FIRST: u8 = 2;
/// Room for what a tunnel or a mobile network takes from each packet.
const MTU: &str = "1400";
/// How long the router waits for a host that does not take its packets; then they are lost.
const SEND_MAX: Duration = Duration::from_millis(2);
/// What all our namespaces' names begin with; the process's number follows.
const PREFIX: &str = "orderline-lab-";

/// The host's number that an address belongs to.
pub fn host_of(address: Ipv4Addr) -> Option<usize> {
    match address.octets() {
        [a, b, host, _] if [a, b] == NET => usize::from(host).checked_sub(1),
        _ => None,
    }
}

const fn address(host: u8, last: u8) -> Ipv4Addr {
    Ipv4Addr::new(NET[0], NET[1], host + 1, last)
}

/// A host that exists until it is dropped.
pub struct Space {
    pub name: String,
    /// The namespace, for `ip netns exec`.
    pub namespace: String,
    /// The device's other end.
    pub wire: Arc<UnixDatagram>,
    device: Running,
    number: u8,
    last: u8,
    forwards: Vec<Forward>,
}

struct Forward {
    listen: String,
    to: String,
    _child: Running,
}

/// A process that ends with its owner.
struct Running(Child);

impl Space {
    /// Makes the host of this number, counted from 0, with its sockets in `folder`.
    ///
    /// # Errors
    /// When we are not root, or the kernel has no namespaces or TUN devices.
    pub fn make(folder: &Path, name: &str, number: u8) -> Result<Self> {
        ensure!(
            !name.is_empty() && name.chars().all(|sign| sign.is_ascii_lowercase()),
            "a host's name is of small letters"
        );
        let process = std::process::id();
        let namespace = format!("{PREFIX}{process}-{name}");
        ip(&["netns", "add", &namespace])?;
        let [ours, theirs] = ["router", "host"].map(|end| folder.join(format!("{name}.{end}")));
        let wire = UnixDatagram::bind(&ours)?;
        wire.set_write_timeout(Some(SEND_MAX))?;
        // A browser takes a network with a tunnel's name for one that it should rather not use.
        let device = format!(
            "TUN:{}/32,tun-type=tun,tun-name=eth0,iff-no-pi,iff-up",
            address(number, FIRST)
        );
        let socket = format!("UNIX-SENDTO:{},bind={}", ours.display(), theirs.display());
        let mut device = Running(
            Command::new("ip")
                .args(["netns", "exec", &namespace, "socat", &device, &socket])
                .stdin(Stdio::null())
                .spawn()
                .context("cannot start `ip`")?,
        );
        let there = ["-n", &namespace, "link", "set", "eth0", "mtu", MTU, "up"];
        until_blocking("there is a TUN device", || {
            if let Some(status) = device.0.try_wait()? {
                bail!("socat ended ({status}): is Debian's package socat there, and /dev/net/tun?");
            }
            let is_there = ip(&there).is_ok() && wire.connect(&theirs).is_ok();
            Ok(is_there.then_some(()))
        })?;
        ip(&["-n", &namespace, "link", "set", "lo", "up"])?;
        ip(&["-n", &namespace, "route", "add", "default", "dev", "eth0"])?;
        Ok(Self {
            name: name.to_owned(),
            namespace,
            wire: Arc::new(wire),
            device,
            number,
            last: FIRST,
            forwards: Vec::new(),
        })
    }

    /// Its address now.
    pub const fn address(&self) -> Ipv4Addr {
        address(self.number, self.last)
    }

    /// Gives the host another address, as a change of networks does: the old one is gone, and with it every
    /// connection that stood on it.
    ///
    /// # Errors
    /// When the kernel refuses.
    pub fn change_address(&mut self) -> Result<()> {
        let old = format!("{}/32", self.address());
        self.last = self.last.checked_add(1).context("no address is left")?;
        let new = format!("{}/32", self.address());
        let within = self.namespace.clone();
        ip(&["-n", &within, "addr", "del", &old, "dev", "eth0"])?;
        ip(&["-n", &within, "addr", "add", &new, "dev", "eth0"])?;
        ip(&["-n", &within, "route", "replace", "default", "dev", "eth0"])?;
        let forwards: Vec<_> = self
            .forwards
            .drain(..)
            .map(|it| (it.listen.clone(), it.to.clone()))
            .collect();
        for (listen, to) in forwards {
            self.forward(&listen, &to)?;
        }
        Ok(())
    }

    /// Passes TCP connections on from an address inside the host.
    ///
    /// # Errors
    /// When the process cannot be started.
    pub fn forward(&mut self, listen: &str, to: &str) -> Result<()> {
        let program = std::env::current_exe()?;
        let child = Command::new("ip")
            .args(["netns", "exec", &self.namespace])
            .arg(program)
            .args(["forward", listen, to])
            .spawn()
            .context("cannot start a forwarder")?;
        self.forwards.push(Forward {
            listen: listen.to_owned(),
            to: to.to_owned(),
            _child: Running(child),
        });
        Ok(())
    }
}

impl Running {
    fn end(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end();
    }
}

impl Drop for Space {
    fn drop(&mut self) {
        self.forwards.clear();
        self.device.end();
        if let Err(error) = ip(&["netns", "del", &self.namespace]) {
            eprintln!("lab: {error:#}");
        }
    }
}

/// Removes the namespaces of laboratories that were killed.
///
/// # Errors
/// When `ip` does not work.
pub fn sweep() -> Result<()> {
    let Ok(entries) = std::fs::read_dir("/run/netns") else {
        return Ok(());
    };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let process = name
            .strip_prefix(PREFIX)
            .and_then(|rest| rest.split('-').next());
        if let Some(process) = process
            && !Path::new("/proc").join(process).exists()
        {
            ip(&["netns", "del", &name])?;
        }
    }
    Ok(())
}

fn ip(arguments: &[&str]) -> Result<()> {
    let answer = Command::new("ip")
        .args(arguments)
        .output()
        .context("cannot start `ip` (Debian's package iproute2)")?;
    ensure!(
        answer.status.success(),
        "ip {}: {} (the laboratory needs root)",
        arguments.join(" "),
        String::from_utf8_lossy(&answer.stderr).trim()
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_tells_its_host() {
        assert_eq!(host_of(Ipv4Addr::new(10, 77, 1, 2)), Some(0));
        assert_eq!(host_of(Ipv4Addr::new(10, 77, 3, 9)), Some(2));
        assert_eq!(host_of(Ipv4Addr::new(10, 78, 1, 2)), None);
        assert_eq!(host_of(Ipv4Addr::new(10, 77, 0, 2)), None);
    }
}
