using KoopmanMesh.Experiments.Dynamics.Trials;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Training.Snapshots;
using KoopmanMesh.Training;
using KoopmanMesh.Training.Optimizers;

namespace KoopmanMesh.Experiments.Dynamics.Hamiltonian;

/// <summary>
/// Trains one <see cref="OscillatorNetwork"/>: full batches on a regular grid over [0, 4 pi], or on the grid perturbed
/// anew before every step as the authors' solver does. Weights and biases begin uniform on ±1 / sqrt(inputs),
/// PyTorch's rule for linear layers.
/// </summary>
internal sealed class OscillatorTrainer
{
    /// <summary>Twice the longest period or so: the interval that is solved on.</summary>
    public const double End = 4 * Math.PI;

    // Standard deviation of a point's perturbation in grid spacings, from the authors' code.
    private const double Perturbation = 0.03 * End;

    private readonly OscillatorNetwork _network;
    private readonly OptimizerOptions _options;
    private readonly RandomState? _perturbing;
    private readonly double[] _grid;
    private readonly double[] _times;
    private readonly double[] _gradient;
    private Optimizer<double> _optimizer;

    public OscillatorTrainer(
        ILinearAlgebra algebra, OptimizerOptions optimizer, uint seed, bool perturbed = false, int points = 200)
    {
        _network = new OscillatorNetwork(algebra, hidden: 10, points);
        _options = optimizer;
        _grid = [.. Enumerable.Range(0, points).Select(i => End * i / (points - 1))];
        (_times, _gradient) = (new double[points], new double[Layout.Count]);
        var random = new RandomState(seed);
        Parameters = UniformInitialisation.Of(Layout, random);
        _perturbing = perturbed ? random : null;
        _optimizer = optimizer.Create<double>(Parameters.Length);
        _network.SetTimes(_grid);
    }

    /// <summary>What <see cref="Parameters"/> are.</summary>
    public ParameterLayout Layout => _network.Layout;

    /// <summary>The weights and biases; to be written to from outside only between steps.</summary>
    public double[] Parameters { get; }

    /// <summary>One step of the optimizer; returns the loss before it.</summary>
    public double Step()
    {
        if (_perturbing is not null)
        {
            Perturb(_perturbing);
            _network.SetTimes(_times);
        }

        var loss = _network.Loss(Parameters, _gradient);
        _optimizer.Step(Parameters, _gradient);
        return loss;
    }

    /// <summary>The loss of some weights on the regular grid.</summary>
    public double Loss(ReadOnlySpan<double> parameters)
    {
        if (_perturbing is not null)
        {
            _network.SetTimes(_grid);
        }

        return _network.Loss(parameters);
    }

    /// <summary>Largest |x(t) - truth| over the grid.</summary>
    public double SolutionError(ReadOnlySpan<double> parameters)
    {
        Loss(parameters);
        var truth = Oscillator.Solve(_grid, OscillatorNetwork.X0, OscillatorNetwork.P0);
        return _network.Solution.Zip(truth, (own, exact) => Math.Abs(own.X - exact)).Max();
    }

    /// <summary>Forgets the optimizer's moments, as after a jump.</summary>
    public void ResetOptimizer() => _optimizer = _options.Create<double>(Parameters.Length);

    // Points that leave the interval are reflected; the first stays at 0.
    private void Perturb(RandomState random)
    {
        var spacing = _grid[1] - _grid[0];
        for (var i = 1; i < _grid.Length; i++)
        {
            var time = Math.Abs(_grid[i] + (spacing * Perturbation * random.NextNormal()));
            _times[i] = time > End ? (2 * End) - time : time;
        }
    }
}
