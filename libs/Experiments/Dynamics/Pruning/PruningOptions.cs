using KoopmanMesh.Numerics.Training.Windows;

namespace KoopmanMesh.Experiments.Dynamics.Pruning;

/// <summary>E1.3's choices; rate, batch, window and the loose residual were chosen on seed 2001.</summary>
internal sealed record PruningOptions
{
    /// <summary>Inputs, hidden units, classes.</summary>
    public IReadOnlyList<int> Widths { get; init; } = [784, 32, 10];

    /// <summary>Rows of the training set that are not trained on; nothing is chosen by them here.</summary>
    public int ValidationRows { get; init; } = 10_000;

    /// <summary>Rows in a step.</summary>
    public int Batch { get; init; } = 200;

    /// <summary>Of gradient descent.</summary>
    public double Rate { get; init; } = 0.1;

    /// <summary>Epochs of training before pruning: early and late.</summary>
    public IReadOnlyList<int> Stages { get; init; } = [2, 20];

    /// <summary>Epochs of training under the mask.</summary>
    public int FineTuning { get; init; } = 2;

    /// <summary>Of the weights; biases are kept.</summary>
    public IReadOnlyList<double> Fractions { get; init; } = [0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95];

    /// <summary>Where the target is set.</summary>
    public (double Low, double High) Judged { get; init; } = (0.5, 0.9);

    /// <summary>Steps from snapshot to snapshot; the window ends where training does.</summary>
    public int Stride { get; init; } = 12;

    /// <summary>20 pairs with the constant; the default trusts a residual of 1e-2.</summary>
    public WindowOptions Window { get; init; } = new();

    /// <summary>The same, with pairs that say little more than that the weights still move.</summary>
    public WindowOptions Loose => Window with { Residual = 0.3 };
}
