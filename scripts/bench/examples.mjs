// Examples of every address that has a place holder or a query: found on the office's pages, or made where there is none yet.

const STATUS = ['undecided', 'needs_correction', 'placed', 'waiting_list', 'active', 'rejected', 'over'];
const SEARCH = ['SITI', 'siti aminah', 'aminah si', 'si', 'S', 'xq', 'ZUBAIDAH SUWONDO', 'karto notosuwiryo', 'tidak ada', '99', '990101', '9903 1452'];
const PROGRAMME = 'bojonegoro_2025';
const NIK = '9901010112309999';

/// Query strings and what stands for place holders, by address: what is left of an address from its first place holder on.
export async function examples(office, village) {
  const page = at => office.page('admin', at);
  const idsIn = text => [...text.matchAll(/href="\/catatan\/([0-9a-f]{32})"/g)].map(found => found[1]);
  const ids = idsIn(await page(`/catatan?desa=${village}`)).slice(0, 1);
  for (const status of STATUS) ids.push(...idsIn(await page(`/catatan?status=${status}`)).slice(0, 1));
  const photo = (await page(`/catatan/${ids[0]}`)).match(/\/foto\/([0-9a-f]{64})/)?.[1];
  // where "Berikutnya" leads from a page, far down the list
  const after = text => text.match(/name="setelah" value="([^"]+)"/)?.[1];
  let far = after(await page('/catatan?status=active'));
  for (let turn = 0; far && turn < 20; turn++) far = after(await page(`/catatan?status=active&setelah=${far}`)) ?? far;

  const report = await found(office, '/pengaduan', '/pengaduan');
  const list = await found(office, '/daftar', '/daftar') ?? await newList(office);
  const file = await found(office, '/berkas', '/berkas') ?? await newFile(office);
  const answer = file && (await found(office, file, '/jawaban') ?? await newAnswer(office, file));
  const batch = await office.send('verifier', '/periksa/sekaligus', { desa: '' });
  const reports = ['kecamatan', 'desa', 'pekerjaan', 'jk', 'usia', 'dana'].map(kind => `?menurut=${kind}`);
  const under = (address, ...ends) => address && ends.map(end => `/${address.split('/').pop()}${end}`);
  const all = {
    '/catatan': [
      '', '?halaman=2', ...STATUS.map(status => `?status=${status}`), `?desa=${village}`, `?desa=${village}&status=active`, `?desa=${village}&cari=siti`,
      ...(far ? [`?status=active&setelah=${far}`, `?status=active&sebelum=${far}`] : []),
      ...SEARCH.map(text => `?cari=${encodeURIComponent(text)}`), '?status=over&cari=siti', '?status=rejected&cari=xq', '?status=active&cari=si+am',
    ],
    '/catatan/{id}': ids.map(id => `/${id}`),
    '/foto/{sha256}': photo && [`/${photo}`],
    '/periksa/sekaligus/{id}': under(batch, ''),
    '/program/{id}': [`/${PROGRAMME}`],
    '/program/{id}/kuota': [`/${PROGRAMME}/kuota?tempat=1000`],
    '/gambaran': ['', '?kecamatan=35.22.28', '?hari=30'],
    '/gambaran/unduh/{nama}': ['desa', 'kecamatan', 'tunggu', 'pekan', 'celah', 'akhir', 'hp'].map(name => `/${name}`),
    '/gambaran/anggaran/{id}': [`/${PROGRAMME}`],
    '/daftar/{id}': under(list, ''),
    '/daftar/{id}/salah.csv': under(list, '/salah.csv'),
    '/berkas/{id}': under(file, ''),
    '/berkas/{id}/xlsx': under(file, '/xlsx'),
    '/berkas/{id}/csv': under(file, '/csv'),
    '/jawaban/{id}': under(answer, ''),
    '/jawaban/{id}/salah.csv': under(answer, '/salah.csv'),
    '/laporan': ['', ...reports, `?program=${PROGRAMME}`],
    '/laporan/xlsx': ['?menurut=desa'],
    '/laporan/csv': ['?menurut=desa'],
    '/pengaduan/{id}': under(report, ''),
    '/orang/{name}': ['/ani.verifikator'],
    '/jejak': ['', '?orang=ani.verifikator', '?orang=auditor', '?sebelum=1000', ids[0] ? `?catatan=${ids[0]}` : ''],
  };
  const end = () => batch && office.send('verifier', `${batch}/hentikan`, {});
  return { all, end };
}

/// The first address of a kind that a page leads to.
async function found(office, at, kind) {
  return (await office.page('admin', at)).match(new RegExp(`href="(${kind}/[0-9a-f]+)"`))?.[1];
}

/// A list with a row that is good and one that is not, as far as its dry run.
async function newList(office) {
  const source = (await office.page('admin', '/daftar')).match(/<option value="([^"/]+\/[^"]+)"/)[1];
  const address = await office.send('admin', '/daftar', { sumber: source }, `NIK;Nama;Desa\n${NIK};CONTOH DAFTAR;\n1;CONTOH SALAH;\n`);
  await office.send('admin', `${address}/kolom`, { k0: 'nik', k1: 'name', k2: 'village' });
  return office.settled('admin', address);
}

/// A file for BPJS with everybody who has a place and is in none yet.
async function newFile(office) {
  const address = await office.send('admin', '/berkas', { program: PROGRAMME });
  return address && office.settled('admin', address);
}

/// An answer about somebody who is not in the file, as far as its dry run.
async function newAnswer(office, file) {
  const address = await office.send('admin', `${file}/jawaban`, {}, `NIK;KPJ;Tanggal mulai\n${NIK};26012345678;2026-12-01\n`);
  await office.send('admin', `${address}/kolom`, { k0: 'nik', k1: 'kpj', k2: 'from' });
  return office.settled('admin', address);
}
