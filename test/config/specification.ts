// The configuration of the original's specification, as a site that runs it has its files.

export const receiver = {
  DICOMIP: 'localhost',
  DICOMPORT: '11112',
  DICOMAETITLE: 'FIONA',
  DATADIR: '/data',
  LOCALTIMEZONE: 'Europe/Copenhagen',
  SITES: { PROJ: { DICOMIP: 'localhost', DICOMPORT: '11112', DATADIR: '/data' } },
};

export const station = {
  arrived: '/data/site/.arrived',
  raw: '/data/site/raw',
  archive: '/data/site/archive',
  timeout: 16,
  log: '/data/logs/trigger.log',
  logging: [{ host: 'localhost', port: 3306, dbname: '', driver: '' }],
  Streams: [{
    log: '/data/logs/trigger.log',
    name: 'AICore',
    description: 'AICore',
    trigger: { AETitleCalled: '^AICORE1$', AETitleCaller: '.*' },
    destination: [{
      AETitle: 'FIONA', IP: 'fiona.ihelse.net', PORT: '7280', filter: [{ SeriesDescription: '*' }],
    }],
    'trigger-study': [{ type: 'exec', cmd: ['echo', 'triggered', '@StudyInstanceUID@', '@PATH@', '@DESCRIPTION@'] }],
    'trigger-series': [],
  }],
};

const folder = '/data/proc/@StudyInstanceUID@';

/** How the original makes a job of a complete study. */
export const chain = [
  ['echo', 'arrived', '@StudyInstanceUID@'],
  ['mkdir', '-p', folder],
  ['/usr/sbin/ror', 'init', '-type', 'python', folder],
  ['/usr/sbin/ror', 'config', '--working_directory', folder, '--data', '/data/site/archive/@StudyInstanceUID@'],
  ['/pullSelect.sh', '/data/site/archive/@StudyInstanceUID@', `${folder}/select.statement`, '@StreamName@'],
  ['/usr/sbin/ror', 'config', '--working_directory', folder, '--call', 'python /app/segm.py /data'],
  ['/addJob.sh', '/data/site/archive/@StudyInstanceUID@', folder, '@destination@', '@StreamName@'],
].map((cmd) => ({ type: 'exec', cmd }));

export const statements = {
  AICore: {
    select: 'SELECT series FROM study WHERE series named "VIBE" has ProtocolName regexp "t1_vibe" '
      + 'and ("0x0018","0x0010") regexp ".*Dotarem.*"',
    ROR_CONT_OPTIONS: '{"--z-score-mean":20,"-b":0.95}',
    docker_image: 'segm_ec_vibe:latest',
  },
};
