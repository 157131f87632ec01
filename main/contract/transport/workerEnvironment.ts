/** What a worker may know of this process's environment: no NODE_OPTIONS, proxies, tokens or cloud credentials. */
const passedOn =
  /^(PATH|HOME|USER|LANG|LC_[A-Z]+|TZ|TMPDIR|TEMP|TMP|SystemRoot|USERPROFILE|APPDATA|LOCALAPPDATA|ProgramData|NUMBER_OF_PROCESSORS|LD_LIBRARY_PATH|DYLD_LIBRARY_PATH|CUDA_[A-Z_]+|VK_[A-Z_]+|XDG_[A-Z_]+|OMP_NUM_THREADS|TF_[A-Z0-9_]+|GROUNDGLASS_[A-Z_]+)$/;

type Environment = Record<string, string | undefined>;

export function workerEnvironment(from: Environment, threads?: number): Environment {
  const kept = Object.entries(from).filter(([name]) => passedOn.test(name));
  return Object.fromEntries(threads ? [...kept, ['OMP_NUM_THREADS', String(threads)]] : kept);
}
