namespace KoopmanMesh.Training;

/// <summary>The loss stopped being finite.</summary>
public sealed class TrainingDivergedException : Exception
{
    /// <summary>In which epoch (from 1), with which loss.</summary>
    public TrainingDivergedException(int epoch, double loss)
        : base(
            $"training diverged in epoch {epoch}: the loss is {loss}, expected a finite number; " +
            "lower the learning rate") =>
        (Epoch, Loss) = (epoch, loss);

    /// <summary>The epoch, from 1.</summary>
    public int Epoch { get; }

    /// <summary>The loss.</summary>
    public double Loss { get; }
}
