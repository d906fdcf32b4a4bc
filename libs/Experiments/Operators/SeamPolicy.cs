namespace KoopmanMesh.Experiments.Operators;

/// <summary>What happens where one trajectory ends and the next begins (methods P2.8.1).</summary>
public enum SeamPolicy
{
    /// <summary>No window of delays crosses from one trajectory into the next.</summary>
    SeamFree,

    /// <summary>
    /// All trajectories are one long one, as in the authors' code: of the 12 columns a trajectory adds only 11 - d
    /// begin a pair that lies inside it, so a perfectly linear system is fitted with an error.
    /// </summary>
    Concatenate,
}
