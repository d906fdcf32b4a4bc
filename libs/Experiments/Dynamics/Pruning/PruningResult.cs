namespace KoopmanMesh.Experiments.Dynamics.Pruning;

/// <summary>All stages of a seed.</summary>
internal sealed record PruningSeed(int Seed, PruningStage[] Stages);

/// <summary>One network, pruned in all ways.</summary>
internal sealed record PruningStage
{
    public required int Seed { get; init; }

    /// <summary>Epochs trained before.</summary>
    public required int Epochs { get; init; }

    /// <summary>Test accuracy before pruning.</summary>
    public required double Accuracy { get; init; }

    /// <summary>Test accuracy of the whole network after as many epochs more as pruned ones are fine-tuned.</summary>
    public required double TrainedOn { get; init; }

    /// <summary>Trusted modes of the window beside those near one.</summary>
    public required int Transients { get; init; }

    /// <summary>Share of the window's movement that its trusted modes miss.</summary>
    public required double Unexplained { get; init; }

    /// <summary>The same with the loose residual.</summary>
    public required int LooseTransients { get; init; }

    /// <summary>The same with the loose residual.</summary>
    public required double LooseUnexplained { get; init; }

    /// <summary>Seconds of window and scores.</summary>
    public required double FitSeconds { get; init; }

    /// <summary>Seconds of one epoch.</summary>
    public required double EpochSeconds { get; init; }

    public required PruningCell[] Cells { get; init; }

    public required FreezingCell[] Freezing { get; init; }
}

/// <summary>One mask.</summary>
/// <param name="Method">What ranked the weights.</param>
/// <param name="Fraction">Of them pruned.</param>
/// <param name="OneShot">Test accuracy at once.</param>
/// <param name="FineTuned">Test accuracy after fine-tuning under the mask.</param>
/// <param name="Overlap">Share of the pruned weights that magnitude pruning prunes too.</param>
internal sealed record PruningCell(string Method, double Fraction, double OneShot, double FineTuned, double Overlap);

/// <summary>Training on with some parameters frozen.</summary>
/// <param name="Rule">What froze them.</param>
/// <param name="Fraction">Of all parameters.</param>
/// <param name="Accuracy">Test accuracy afterwards.</param>
internal sealed record FreezingCell(string Rule, double Fraction, double Accuracy);
