using KoopmanMesh.Numerics.Training.Verdicts;
using KoopmanMesh.Numerics.Training.Windows;

namespace KoopmanMesh.Experiments.Dynamics.Stopping;

/// <summary>
/// E1.2's choices. Rates, epochs and the hop were chosen on seeds 2001 to 2006; window and thresholds are the rule's
/// defaults.
/// </summary>
internal sealed record StoppingOptions
{
    /// <summary>Inputs, hidden units, classes.</summary>
    public IReadOnlyList<int> Widths { get; init; } = [784, 32, 10];

    /// <summary>Rows of the training set that are not trained on.</summary>
    public int ValidationRows { get; init; } = 10_000;

    /// <summary>Rows in a step.</summary>
    public int Batch { get; init; } = 500;

    /// <summary>The ways of training.</summary>
    public IReadOnlyList<StoppingSetting> Settings { get; init; } =
    [
        new("constant rate", 0.02, 1, 300),
        new("falling rate", 0.1, 0.98, 300),
    ];

    /// <summary>Windows of 20 pairs, one ending at every epoch.</summary>
    public WindowOptions Windows { get; init; } = new() { Hop = 1 };

    /// <summary>Methods P1.4's.</summary>
    public StopOptions Stop { get; init; } = new();

    /// <summary>Epochs that early stopping waits for a lower validation loss.</summary>
    public IReadOnlyList<int> Patience { get; init; } = [10, 20];
}

/// <summary>Gradient descent with a rate that is the same, or falls by a factor every epoch.</summary>
/// <param name="Name">In tables.</param>
/// <param name="Rate">Of the first epoch.</param>
/// <param name="Factor">From epoch to epoch.</param>
/// <param name="Epochs">The budget.</param>
internal sealed record StoppingSetting(string Name, double Rate, double Factor, int Epochs);
