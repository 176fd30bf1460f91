//! Reports, and whole programmes from list to cover.

use super::{LIST, admin, answer_file, candidates, checked, exported, of, placed, settle};
use crate::browser::{Browser, put};
use crate::people::{self, nik};
use crate::world::{OTHER_VILLAGE, VILLAGE, World, enrolment, push_of};
use axum::http::StatusCode;
use payung_domain::state::State;
use payung_hub::rights::Role;
use payung_hub::store::import;
use payung_hub::{HubError, sweep};

#[tokio::test]
async fn reports_count_everybody_once_in_each_table() {
    let world = World::new();
    placed(&world, 0..4).await;
    let phone = world.pair(VILLAGE).await;
    let mut young = people::person(&world, 50, "wide", VILLAGE);
    young.identity.birth_date = "2006-01-01".parse().unwrap();
    world.enrol(&phone, &[people::push(&world, 50, &young, None)]);
    let other = world.pair(OTHER_VILLAGE).await;
    let mut one = enrolment(1);
    one.residence.village = OTHER_VILLAGE.parse().unwrap();
    one.identity.nik = nik(60);
    world.enrol(&other, &[push_of(1, 1, &one)]);
    let browser = admin(&world);
    for (kind, words) in [
        ("kecamatan", "Gayam"),
        ("desa", "Mojodelik"),
        ("pekerjaan", "Buruh tani"),
        ("jk", "Perempuan"),
        ("usia", "35–44 tahun"),
        ("dana", "APBD (contoh)"),
    ] {
        let page = browser.get(&format!("/laporan?menurut={kind}")).await.text();
        assert!(page.contains(words), "{kind}");
        let csv = browser.get(&format!("/laporan/csv?menurut={kind}")).await.text();
        assert!(csv.lines().last().unwrap().starts_with("Jumlah;;6;2;0;0;4;0;0"), "{csv}");
    }
    let csv = browser.get("/laporan/csv?menurut=usia").await.text();
    assert!(csv.contains("18–24 tahun;;1;1;0;0;0;0;0"), "{csv}");
    let csv = browser.get("/laporan/csv?menurut=desa&program=wide").await.text();
    assert!(csv.lines().last().unwrap().starts_with("Jumlah;;5;"), "{csv}");
    assert!(browser.get("/laporan/xlsx").await.body.starts_with(b"PK"));
    put(&world, "mira", (Role::Village, Some(OTHER_VILLAGE.parse().unwrap())));
    let mira = Browser::let_in(&world, "mira");
    let page = mira.get("/laporan?menurut=desa").await.text();
    let name = |code: &str| world.hub.catalogue.regions().village(code.parse().unwrap()).unwrap().name;
    assert!(page.contains(&name(OTHER_VILLAGE)) && !page.contains(&name(VILLAGE)));
    assert!(mira.get("/laporan/csv").await.text().lines().last().unwrap().starts_with("Jumlah;;1;1;"));
}

#[tokio::test]
async fn what_nobody_came_back_to_is_forgotten_after_a_month() {
    let world = World::new();
    let browser = admin(&world);
    let address = checked(&browser, "/daftar", "small/usulan", "a.csv", LIST.as_bytes()).await;
    let id = address.rsplit('/').next().unwrap();
    world.pass(jiff::SignedDuration::from_hours(24 * 31));
    sweep::sweep(&world.hub).unwrap();
    let found = of(&world, id);
    assert_eq!((found.state.as_str(), found.file, found.head.as_str()), ("dropped", None, ""));
    let problems = world.hub.store.read::<_, HubError>(|c| Ok(import::problems(c, id, 0, 10)?)).unwrap();
    assert_eq!(problems, []);
}

/// From a list to cover: brought in, visited, enrolled, agreed to, sent to BPJS, answered. Tells the last states.
async fn from_list_to_cover(
    world: &World,
    who: &Browser<'_>,
    programme: &str,
    source: &str,
    village: &str,
) -> Vec<State> {
    const PEOPLE: u32 = 260;
    let rows: String =
        (0..PEOPLE).map(|n| format!("{};CONTOH {n};{village};{}\n", nik(n).digits(), n % 10 + 1)).collect();
    let text = format!("NIK;Nama;Desa;Desil\n{rows}");
    let address = checked(who, "/daftar", &format!("{programme}/{source}"), "daftar.csv", text.as_bytes()).await;
    assert_eq!(who.send(&format!("{address}/setuju"), "").await.status, StatusCode::SEE_OTHER);
    settle(world);
    let phone = world.pair(village).await;
    let told = candidates(world, &phone.token, None).await.candidates.unwrap();
    assert_eq!(told.len(), PEOPLE as usize);
    let pushes: Vec<_> = (0..PEOPLE)
        .map(|n| {
            let mut one = people::person(world, n, programme, village);
            let on_list = told.iter().find(|candidate| candidate.nik == nik(n)).unwrap();
            (one.identity.name, one.source) = (on_list.name.clone(), Some(on_list.source.clone()));
            people::push(world, n, &one, None)
        })
        .collect();
    world.enrol(&phone, &pushes);
    assert_eq!(candidates(world, &phone.token, None).await.candidates.unwrap(), []);
    world.approve_all(0..PEOPLE);
    let export = exported(world, programme);
    let admin = admin(world);
    let rows: Vec<(u32, String)> =
        (0..PEOPLE).map(|n| (n, format!("{:011}", 26_000_000_000u64 + u64::from(n)))).collect();
    let rows: Vec<_> = rows.iter().map(|(n, kpj)| (*n, kpj.as_str(), "01-12-2026", "")).collect();
    let address =
        checked(&admin, &format!("/berkas/{export}/jawaban"), "", "jawaban.csv", answer_file(&rows).as_bytes()).await;
    admin.send(&format!("{address}/setuju"), "").await;
    settle(world);
    world.states(0..PEOPLE)
}

fn covered(states: &[State]) -> usize {
    let (from, until) = ("2026-12-01".parse().unwrap(), "2027-11-30".parse().unwrap());
    states.iter().filter(|state| **state == State::Active { from, until }).count()
}

#[tokio::test]
async fn bogor_the_desa_brings_its_list_and_250_of_it_are_covered() {
    let world = World::new();
    let village = "32.01.02.2001";
    world.serve_village(village, "bogor_2026");
    put(&world, "mira", (Role::Village, Some(village.parse().unwrap())));
    let mira = Browser::let_in(&world, "mira");
    let states = from_list_to_cover(&world, &mira, "bogor_2026", "usulan_desa", village).await;
    assert_eq!((covered(&states), people::waiting(&states)), (250, 10));
}

#[tokio::test]
async fn bojonegoro_the_office_brings_damisda_and_everybody_is_covered() {
    let world = World::new();
    world.serve_village(VILLAGE, "bojonegoro_2025");
    let browser = admin(&world);
    let states = from_list_to_cover(&world, &browser, "bojonegoro_2025", "damisda", VILLAGE).await;
    assert_eq!(covered(&states), 260);
    put(&world, "mira", (Role::Village, Some(VILLAGE.parse().unwrap())));
    let page = Browser::let_in(&world, "mira").get("/daftar").await.text();
    assert!(page.contains("Daftarnya dimasukkan oleh kantor"), "no village brings a list there");
}
