"""Reference values for the Koopman estimators, by NumPy and SciPy alone: an implementation independent of KoopmanMesh.

    koopman_reference.py OUTPUT_FOLDER

For every method writes METHOD.json: a list of random problems (seeded by their index), each with its data and what the method must find.
A matrix is a list of rows, a complex number [re, im]. Every function below states the formula it evaluates, straight from the method's
paper, on the raw data: nothing is compressed, streamed or shared with the code under test.
"""
import json
import pathlib
import sys

import numpy as np
import scipy.linalg as sla
from scipy.integrate import quad
from scipy.optimize import brentq, least_squares

PROBLEMS = 50


# ---------------------------------------------------------------------------------------------------------------- problems

def stable_map(rng, n):
    """A generic, non-normal map of spectral radius below one, with eigenvalues away from zero."""
    vectors = np.eye(n) + 0.4 * rng.standard_normal((n, n))
    radii, angles = rng.uniform(0.5, 0.98, n), rng.uniform(0.2, 2.8, n)
    blocks, i = np.zeros((n, n)), 0
    while i < n:
        if i + 1 < n and rng.random() < 0.6:
            c, s = radii[i] * np.cos(angles[i]), radii[i] * np.sin(angles[i])
            blocks[i:i + 2, i:i + 2] = [[c, -s], [s, c]]
            i += 2
        else:
            blocks[i, i] = radii[i] * rng.choice([-1, 1])
            i += 1
    return vectors @ blocks @ np.linalg.inv(vectors)


def noisy_pairs(rng, noise=0.05):
    n = int(rng.integers(2, 8))
    m = int(rng.integers(3 * n, 8 * n))
    x = rng.standard_normal((n, m))
    return x, stable_map(rng, n) @ x + noise * rng.standard_normal((n, m))


def trajectory(rng, n, length, noise=0.0):
    a, states = stable_map(rng, n), [rng.standard_normal(n)]
    for _ in range(length - 1):
        states.append(a @ states[-1])
    z = np.array(states).T
    return z + noise * rng.standard_normal(z.shape)


def thin_svd(x, r=None):
    u, s, vt = np.linalg.svd(x, full_matrices=False)
    r = len(s) if r is None else r
    return u[:, :r], s[:r], vt[:r]


def predict(basis, image, x0, steps):
    """x_k = B (U'B)^(k-1) U' x0."""
    z, out = basis.T @ x0, []
    for _ in range(steps):
        out.append(image @ z)
        z = basis.T @ image @ z
    return np.array(out).T


def refined_residual(basis, image, eigenvalue):
    """min over unit w of ||(B - lambda U) w||."""
    return np.linalg.svd(image - eigenvalue * basis, compute_uv=False)[-1]


# ----------------------------------------------------------------------------------------------------------------- methods

def dmd(rng):
    """B = Y V S^-1, A = U'B; exact modes B w / lambda; residual ||B w - lambda U w|| (Tu et al. 2014)."""
    x, y = noisy_pairs(rng)
    r = int(rng.integers(1, x.shape[0] + 1))
    u, s, vt = thin_svd(x, r)
    b = y @ vt.T / s
    values, w = np.linalg.eig(u.T @ b)
    modes = b @ w / values
    residuals = np.linalg.norm(b @ w - values * (u @ w), axis=0) / np.linalg.norm(b, 2)
    return dict(x=x, y=y, rank=r, eigenvalues=values, residuals=residuals,
                modes=modes / np.linalg.norm(modes, axis=0), start=x[:, :1], prediction=predict(u, b, x[:, 0], 4))


def projected(rng):
    """As dmd, with modes U w (Schmid 2010)."""
    x, y = noisy_pairs(rng)
    r = int(rng.integers(1, x.shape[0] + 1))
    u, s, vt = thin_svd(x, r)
    values, w = np.linalg.eig(u.T @ (y @ vt.T / s))
    return dict(x=x, y=y, rank=r, eigenvalues=values, modes=u @ w)


def refined(rng):
    """Pairs divided by ||x_j||, then dmd; residuals are the least that each eigenvalue allows (Drmač et al. 2018, algorithm 2)."""
    x, y = noisy_pairs(rng)
    r = int(rng.integers(1, x.shape[0] + 1))
    scale = np.linalg.norm(x, axis=0)
    u, s, vt = thin_svd(x / scale, r)
    b = (y / scale) @ vt.T / s
    values = np.linalg.eigvals(u.T @ b)
    residuals = [refined_residual(u, b, v) / np.linalg.norm(b, 2) for v in values]
    return dict(x=x, y=y, rank=r, eigenvalues=values, residuals=residuals)


def hankel(rng):
    """dmd of delay vectors, newest first."""
    z, q = trajectory(rng, 2, 30, noise=0.01), int(rng.integers(2, 5))
    h = np.vstack([z[:, q - 1 - i:z.shape[1] - i] for i in range(q)])
    r = int(rng.integers(2, 2 * q + 1))
    u, s, vt = thin_svd(h[:, :-1], r)
    b = h[:, 1:] @ vt.T / s
    return dict(trajectory=z, delays=q, rank=r, eigenvalues=np.linalg.eigvals(u.T @ b),
                start=z[:, -q:], prediction=predict(u, b, h[:, -1], 3)[:2])


def edmd(lift):
    def problem(rng):
        """K = PY PX^+ over [1; x; features] (Williams et al. 2015)."""
        n = int(rng.integers(1, 4))
        x = rng.standard_normal((n, 60))
        y = 0.7 * stable_map(rng, n) @ np.tanh(x) + 0.1 * x ** 2 + 0.05 * rng.standard_normal(x.shape)
        px, py = lift(x), lift(y)
        k = np.linalg.lstsq(px.T, py.T, rcond=None)[0].T
        psi, out = lift(x[:, :1]), []
        for _ in range(3):
            psi = k @ psi
            out.append(psi[1:1 + n, 0])
        return dict(x=x, y=y, eigenvalues=np.linalg.eigvals(k), start=x[:, :1], prediction=np.array(out).T)
    return problem


def affine_lift(x):
    return np.vstack([np.ones((1, x.shape[1])), x])


def quadratic_lift(x):
    n = x.shape[0]
    return np.vstack([affine_lift(x)] + [x[i:i + 1] * x[j:j + 1] for i in range(n) for j in range(i, n)])


def absolute_lift(x):
    return np.vstack([affine_lift(x), np.abs(x)])


def total_least_squares(rng):
    """X and Y projected on the r leading right singular vectors of [X; Y], then dmd (Hemati et al. 2017)."""
    n = int(rng.integers(2, 6))
    x = rng.standard_normal((n, 12 * n))
    y = stable_map(rng, n) @ x + 0.05 * rng.standard_normal(x.shape)
    x = x + 0.05 * rng.standard_normal(x.shape)
    vt = thin_svd(np.vstack([x, y]), n)[2]
    k = (y @ vt.T) @ np.linalg.pinv(x @ vt.T)
    return dict(x=x, y=y, rank=n, eigenvalues=np.linalg.eigvals(k), start=x[:, :1], prediction=k @ x[:, :1])


def forward_backward(rng):
    """K = K_f (K_b K_f)^(-1/2), K_f = Y X^+, K_b = X Y^+: where they commute (K_f K_b^-1)^(1/2) of Dawson et al. (2016)."""
    n = int(rng.integers(2, 6))
    x = rng.standard_normal((n, 12 * n))
    y = stable_map(rng, n) @ x + 0.02 * rng.standard_normal(x.shape)
    x = x + 0.02 * rng.standard_normal(x.shape)
    forward, backward = y @ np.linalg.pinv(x), x @ np.linalg.pinv(y)
    k = forward @ np.linalg.inv(np.real(sla.sqrtm(backward @ forward)))
    return dict(x=x, y=y, eigenvalues=np.linalg.eigvals(k), start=x[:, :1], prediction=k @ x[:, :1])


def ridge(rng):
    """K = Y X' (X X' + gamma I)^-1, gamma = relative * trace(X X') / n."""
    x, y = noisy_pairs(rng)
    relative = 10 ** rng.uniform(-4, 0)
    g = x @ x.T
    k = y @ x.T @ np.linalg.inv(g + relative * np.trace(g) / len(g) * np.eye(len(g)))
    return dict(x=x, y=y, gamma=relative, eigenvalues=np.linalg.eigvals(k), start=x[:, :1], prediction=k @ x[:, :1])


def reduced_rank(rng):
    """K = P_r P_r' Y X^+, P_r the leading left singular vectors of the fitted values Y X^+ X (Izenman 1975)."""
    x, y = noisy_pairs(rng, noise=0.3)
    r = int(rng.integers(1, x.shape[0] + 1))
    k = y @ np.linalg.pinv(x)
    p = np.linalg.svd(k @ x)[0][:, :r]
    k = p @ p.T @ k
    values = np.linalg.eigvals(k)  # n - r of them are zero
    return dict(x=x, y=y, rank=r, eigenvalues=values[np.argsort(-np.abs(values))][:r], start=x[:, :1], prediction=k @ x[:, :1])


def orthogonal(rng):
    """The orthogonal K of least ||Y - K X||_F (Procrustes; Baddoo et al. 2023)."""
    x, y = noisy_pairs(rng)
    k = sla.orthogonal_procrustes(x.T, y.T)[0].T
    return dict(x=x, y=y, eigenvalues=np.linalg.eigvals(k), start=x[:, :1], prediction=k @ x[:, :1])


def measure_preserving(rng):
    """On samples as rows: K = G^-1/2 polar(G^-1/2 A' G^-1/2)' G^1/2 with G = X X', A = X Y' (Colbrook 2023, algorithm 4.1)."""
    x, y = noisy_pairs(rng)
    g, a = x @ x.T, x @ y.T
    root = np.real(sla.sqrtm(g))
    inverse = np.linalg.inv(root)
    u1, _, vt = np.linalg.svd(inverse @ a.T @ inverse)
    k = inverse @ (vt.T @ u1.T) @ root
    return dict(x=x, y=y, eigenvalues=np.linalg.eigvals(k))


def control(rng):
    """[A B] = Y [X; U]^+ (Proctor et al. 2016, full rank)."""
    n, c = int(rng.integers(2, 6)), int(rng.integers(1, 3))
    x, u = rng.standard_normal((n, 60)), rng.standard_normal((c, 60))
    y = stable_map(rng, n) @ x + rng.standard_normal((n, c)) @ u + 0.05 * rng.standard_normal((n, 60))
    k = y @ np.linalg.pinv(np.vstack([x, u]))
    a, b = k[:, :n], k[:, n:]
    state, out, future = x[:, 0], [], rng.standard_normal((c, 4))
    for i in range(4):
        state = a @ state + b @ future[:, i]
        out.append(state)
    return dict(x=x, y=y, inputs=u, eigenvalues=np.linalg.eigvals(a), start=x[:, :1], future=future,
                prediction=np.array(out).T)


def kernel(rng):
    """Gaussian k(x, y) = exp(-||x - y||^2 / s^2): G = Q S^2 Q', K = S^-1 Q' A Q S^-1, A_ij = k(y_i, x_j) (Williams et al. 2015b)."""
    n = int(rng.integers(1, 4))
    x = rng.standard_normal((n, 25))
    y = 0.8 * np.tanh(stable_map(rng, n) @ x)
    width = float(rng.uniform(1.0, 2.0))
    gauss = lambda p, q: np.exp(-((p[:, :, None] - q[:, None, :]) ** 2).sum(0) / width ** 2)
    values, q = np.linalg.eigh(gauss(x, x))
    r = int(rng.integers(3, 8))
    s, q = np.sqrt(values[::-1][:r]), q[:, ::-1][:, :r]
    k = (q / s).T @ gauss(y, x) @ (q / s)
    return dict(x=x, y=y, width=width, rank=r, eigenvalues=np.linalg.eigvals(k))


def optimized(rng):
    """min over omega of ||Z' - Phi Phi^+ Z'||_F, Phi_kj = exp(omega_j t_k) (Askham and Kutz 2018), times not evenly spaced."""
    n, pairs = 6, 2
    omega = np.array([complex(-rng.uniform(0, .2), w) for w in np.sort(rng.uniform(.5, 3, pairs)) + [0, 1]])
    omega = np.concatenate([omega, omega.conj()])
    t = np.cumsum(rng.uniform(0.05, 0.15, 60))
    modes = rng.standard_normal((n, pairs)) + 1j * rng.standard_normal((n, pairs))
    z = 2 * np.real(modes @ np.exp(np.outer(omega[:pairs], t))) + 0.01 * rng.standard_normal((n, 60))

    def residual(p):
        al = p[:pairs] + 1j * p[pairs:]
        e = np.exp(np.outer(t, al))
        phi = np.hstack([e.real, e.imag])
        return (z.T - phi @ np.linalg.lstsq(phi, z.T, rcond=None)[0]).ravel()

    found = least_squares(residual, np.concatenate([omega[:pairs].real, omega[:pairs].imag]), xtol=1e-15, ftol=1e-15, gtol=1e-15)
    al = found.x[:pairs] + 1j * found.x[pairs:]
    return dict(trajectory=z, times=t, rank=2 * pairs, omega=np.concatenate([al, al.conj()]),
                objective=float(np.linalg.norm(found.fun)))


def online(rng):
    """Weighted least squares with weights rho^(m-1-j) (what the recursion of Zhang et al. 2019 maintains)."""
    x, y = noisy_pairs(rng)
    rho = float(rng.uniform(0.9, 1.0))
    w = np.sqrt(rho ** np.arange(x.shape[1] - 1, -1, -1))
    k = (y * w) @ np.linalg.pinv(x * w)
    return dict(x=x, y=y, forgetting=rho, eigenvalues=np.linalg.eigvals(k), start=x[:, :1], prediction=k @ x[:, :1])


def low_rank(rng):
    """dmd of data of exact low rank in a larger space: what streaming, randomized and compressed DMD must all find."""
    n, r, m = 20, int(rng.integers(2, 5)), 60
    q = np.linalg.qr(rng.standard_normal((n, r)))[0]
    a = stable_map(rng, r)
    c = rng.standard_normal((r, m))
    return dict(x=q @ c, y=q @ (a @ c), rank=r, eigenvalues=np.linalg.eigvals(a))


def havok(rng):
    """Hankel of one measurement, v_1..v_r, d/dt by fourth-order central differences, regression (Brunton et al. 2017)."""
    t = np.arange(300) * 0.02
    f = np.sort(rng.uniform(1, 6, 2)) + [0, 2]
    z = np.sin(f[0] * t) + 0.5 * np.cos(f[1] * t) + 0.01 * rng.standard_normal(len(t))
    q, r, dt = 20, 5, 0.02
    h = np.vstack([z[q - 1 - i:len(z) - i] for i in range(q)])
    v = thin_svd(h, r)[2]
    d = (v[:, :-4] - 8 * v[:, 1:-3] + 8 * v[:, 3:-1] - v[:, 4:]) / (12 * dt)
    k = d[:r - 1] @ np.linalg.pinv(v[:, 2:-2])
    return dict(trajectory=z[None, :], delays=q, rank=r, dt=dt, omega=np.linalg.eigvals(k[:, :r - 1]))


def amplitudes(rng):
    """b of least ||Z - sum_j b_j phi_j lambda_j^k||_F over all snapshots, by the stacked system itself (Jovanović et al. 2014)."""
    z = trajectory(rng, 4, 25, noise=0.02)
    u, s, vt = thin_svd(z[:, :-1])
    b = z[:, 1:] @ vt.T / s
    values, w = np.linalg.eig(u.T @ b)
    modes = b @ w / values
    modes = modes / np.linalg.norm(modes, axis=0)
    stacked = np.vstack([modes * values ** k for k in range(z.shape[1])])
    best = np.linalg.lstsq(stacked, z.T.reshape(-1).astype(complex), rcond=None)[0]
    return dict(trajectory=z, eigenvalues=values, magnitudes=np.abs(best))


def pseudospectrum(rng):
    """tau(z)^2 = min eigenvalue of (L - z A' - conj(z) A + |z|^2 G, G) (Colbrook and Townsend 2024), by sigma_min on whitened data."""
    x, y = noisy_pairs(rng, noise=0.2)
    chol = np.linalg.cholesky(x @ x.T)
    points = rng.uniform(-1.2, 1.2, 6) + 1j * rng.uniform(-1.2, 1.2, 6)
    # ||(Y - zX)' g|| over ||X' g||: with g = L^-T h this is sigma_min of ((Y - zX)' L^-T).
    tau = [np.linalg.svd(np.linalg.solve(chol, (y - p * x)).T, compute_uv=False)[-1] for p in points]
    return dict(x=x, y=y, points=points, tau=tau)


def optimal_threshold(rng):
    """omega(beta) = lambda*(beta) / sqrt(median of Marchenko-Pastur) (Gavish and Donoho 2014), by quadrature."""
    n, m = int(rng.integers(20, 60)), int(rng.integers(60, 120))
    beta = n / m
    low, high = (1 - beta ** .5) ** 2, (1 + beta ** .5) ** 2
    density = lambda t: np.sqrt((high - t) * (t - low)) / (2 * np.pi * beta * t)
    median = brentq(lambda c: quad(density, low, c)[0] - 0.5, low, high)
    best = np.sqrt(2 * (beta + 1) + 8 * beta / (beta + 1 + np.sqrt(beta ** 2 + 14 * beta + 1)))
    u, v = np.linalg.qr(rng.standard_normal((n, 3)))[0], np.linalg.qr(rng.standard_normal((m, 3)))[0]
    x = u @ np.diag([60, 40, 25]) @ v.T + rng.standard_normal((n, m))
    s = np.linalg.svd(x, compute_uv=False)
    threshold = best / np.sqrt(median) * np.median(s)
    return dict(rows=n, columns=m, singular_values=s, threshold=float(threshold), rank=int((s > threshold).sum()))


def stand_in(rng):
    """Reduced-rank regression on [x; |x|] with an intercept (Izenman 1975), and its error on every fifth stripe, held out."""
    n, p, m = int(rng.integers(2, 6)), int(rng.integers(2, 5)), int(rng.integers(80, 160))
    w, v = rng.standard_normal((p, n)), rng.standard_normal((p, n))

    def single(a):
        return a.astype(np.float32).astype(float)

    def lifted(a):
        return np.vstack([a, np.abs(a)])

    x = single(rng.standard_normal((n, m)) + 0.5)
    y = single(w @ np.maximum(x, 0) + v @ np.tanh(x) + 0.1 * rng.standard_normal((p, m)) + 1)
    rank = int(rng.integers(1, p + 1))

    def fit(a, b):
        psi, mx, my = lifted(a), lifted(a).mean(1, keepdims=True), b.mean(1, keepdims=True)
        c = np.linalg.lstsq((psi - mx).T, (b - my).T, rcond=None)[0].T
        top = np.linalg.svd(c @ (psi - mx))[0][:, :rank]
        return lambda points: top @ (top.T @ (c @ (lifted(points) - mx))) + my

    out = (np.arange(m) // max(1, m // 40)) % 5 == 4
    left = y[:, out] - fit(x[:, ~out], y[:, ~out])(x[:, out])
    spread = y[:, out] - y[:, out].mean(1, keepdims=True)
    start = rng.standard_normal((n, 5))
    return dict(x=x, y=y, rank=rank, start=start, prediction=fit(x, y)(start),
                objective=np.linalg.norm(left) / np.linalg.norm(spread))


METHODS = {
    "dmd": dmd, "projected": projected, "refined": refined, "hankel": hankel,
    "edmd-affine": edmd(affine_lift), "edmd-poly2": edmd(quadratic_lift), "edmd-abs": edmd(absolute_lift),
    "tls": total_least_squares, "forward-backward": forward_backward, "ridge": ridge, "rrr": reduced_rank,
    "orthogonal": orthogonal, "measure-preserving": measure_preserving, "control": control, "kernel": kernel,
    "optimized": optimized, "online": online, "low-rank": low_rank, "havok": havok, "amplitudes": amplitudes,
    "pseudospectrum": pseudospectrum, "optimal-threshold": optimal_threshold, "stand-in": stand_in,
}


def plain(value):
    if isinstance(value, np.ndarray):
        if np.iscomplexobj(value):
            value = np.stack([value.real, value.imag], axis=-1)
        return value.tolist()
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    return value.item() if isinstance(value, np.generic) else value


def main():
    folder = pathlib.Path(sys.argv[1])
    for number, (name, problem) in enumerate(METHODS.items()):
        problems = [problem(np.random.default_rng([number, i])) for i in range(PROBLEMS)]
        # Always [[re, im], ...], also when NumPy found every value real.
        for p in problems:
            for key in ("eigenvalues", "omega", "modes", "points"):
                if key in p:
                    p[key] = np.asarray(p[key]).astype(complex)
        text = json.dumps([{k: plain(v) for k, v in p.items()} for p in problems])
        (folder / f"{name}.json").write_text(text)


if __name__ == "__main__":
    main()
