namespace KoopmanMesh.Experiments.Recipes;

/// <summary>Which reading of 2409.01308 is followed (methods P2.8).</summary>
public enum PaperSetting
{
    /// <summary>
    /// As the authors' code does it: windows cross the seams between trajectories, the last state is padded with -1,
    /// MNIST's trajectories are of raw pixels while inference is on normalised ones, Yin-Yang is tested on points that
    /// trajectories were drawn from.
    /// </summary>
    AsPublished,

    /// <summary>
    /// Without seams, padded with 0, one normalisation for trajectories and inference, tested on points of their own,
    /// a constant beside the delay coordinates, and the last step not projected back.
    /// </summary>
    Corrected,
}
