@rem npm start runs "exec node ...", so that no shell stands between npm and the script and keeps
@rem signals from it. Windows has no exec, so this file runs what follows.
@%*
