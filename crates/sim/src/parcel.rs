//! What two phones hand to each other: parcels one way, the hub's answers the other.

use crate::brake::Life;
use crate::fault::Fault;
use crate::link::Kill;
use crate::promise;
use crate::run::Village;
use anyhow::{Context as _, Result, ensure};
use payung_device::ParcelError;
use payung_domain::ids::ContentHash;
use payung_domain::parcel;

/// So many files are not thrown away yet.
const MOST_HANDED: usize = 4;

/// A file of parcels that somebody has in hand.
pub struct Handed {
    /// Who packed it.
    packer: usize,
    /// As it was packed.
    file: Vec<u8>,
}

impl Village {
    /// Two kaders meet: what waits on one phone goes along with the other, which may bring answers.
    pub(crate) async fn meet(&mut self, phone: usize) -> Result<()> {
        let others: Vec<usize> = (0..self.world.phones.len()).filter(|other| *other != phone).collect();
        let Some(&other) = self.world.chance.choice(&others) else { return Ok(()) };
        if self.world.chance.u32(..4) > 0 {
            self.hear(other, phone).await?;
        }
        if self.world.chance.u32(..4) > 0 {
            self.pack(phone).await?;
        }
        let mine: Vec<usize> =
            (0..self.world.handed.len()).filter(|file| self.world.handed[*file].packer == phone).collect();
        if let Some(&newest) = mine.last() {
            self.world.note(Fault::ByParcel);
            self.carry(other, newest).await?;
        }
        if !self.world.handed.is_empty() && self.world.chance.u32(..3) == 0 {
            // whoever finds it, the phone that packed it too
            self.world.note(Fault::ParcelTwice);
            let (finder, file) = (self.world.chance.usize(..=others.len()), self.world.handed.len());
            let file = self.world.chance.usize(..file);
            self.carry(finder, file).await?;
        }
        Ok(())
    }

    async fn pack(&mut self, phone: usize) -> Result<()> {
        let kill = self.kill();
        // as codes only the text goes
        let with_photos = self.world.chance.bool();
        let p = &self.world.phones[phone];
        match p.link.until_killed(kill, p.device.pack(with_photos)).await {
            None => self.die(phone).await?,
            Some(Err(error)) => self.unless_full(phone, Err(error))?,
            Some(Ok(file)) => {
                if self.world.handed.len() == MOST_HANDED {
                    self.world.handed.remove(0);
                }
                self.world.handed.push(Handed { packer: phone, file });
            }
        }
        Ok(())
    }

    async fn carry(&mut self, phone: usize, file: usize) -> Result<()> {
        let (kill, file) = (self.kill(), self.torn(self.world.handed[file].file.clone()));
        let parcels = parcel::from_file(&file).map(|parcels| parcels.into_iter().map(ContentHash::of).collect());
        let parcels: Option<Vec<ContentHash>> = parcels;
        let p = &mut self.world.phones[phone];
        let told = p.link.until_killed(kill, p.device.carry(file)).await;
        match told {
            None => self.die(phone).await?,
            Some(Ok(_)) => p.carrying.extend(parcels.context("a torn file was taken")?),
            Some(Err(ParcelError::NotAFile)) => ensure!(parcels.is_none(), "a whole file was not taken"),
            Some(Err(ParcelError::Device(error))) => self.unless_full(phone, Err(error))?,
        }
        Ok(())
    }

    /// What the hub answered to what one phone has carried is shown to another.
    async fn hear(&mut self, carrier: usize, phone: usize) -> Result<()> {
        let answers = self.world.phones[carrier].device.answers().await?;
        let (length, kill, answers) = (answers.len(), self.kill(), self.torn(answers));
        let is_torn = answers.len() < length;
        let p = &self.world.phones[phone];
        match p.link.until_killed(kill, p.device.hear(answers)).await {
            None => self.die(phone).await?,
            Some(Ok(_)) => ensure!(!is_torn, "torn answers were believed"),
            Some(Err(ParcelError::NotAFile)) => ensure!(is_torn, "whole answers were not heard"),
            Some(Err(ParcelError::Device(error))) => self.unless_full(phone, Err(error))?,
        }
        Ok(())
    }

    /// In peace all that was carried has arrived and is answered, and the answers change nothing that is true.
    pub(crate) async fn hear_all(&mut self) -> Result<()> {
        for carrier in 0..self.world.phones.len() {
            promise::carried_has_arrived(&self.world.phones[carrier]).await?;
            let answers = self.world.phones[carrier].device.answers().await?;
            for phone in &self.world.phones {
                phone.device.hear(answers.clone()).await?;
            }
        }
        Ok(())
    }

    /// In one case of eight, how the app ends.
    pub(crate) fn kill(&mut self) -> Option<Kill> {
        let chance = &mut self.world.chance;
        (chance.u32(..8) == 0).then(|| Kill::Inside(Life::drawn(chance)))
    }

    /// In one case of six, less of a file.
    fn torn(&mut self, mut file: Vec<u8>) -> Vec<u8> {
        if self.world.chance.u32(..6) == 0 {
            self.world.note(Fault::ParcelTorn);
            file.truncate(self.world.chance.usize(..file.len()));
        }
        file
    }
}
