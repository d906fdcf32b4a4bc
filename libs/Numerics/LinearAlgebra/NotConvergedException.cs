namespace KoopmanMesh.Numerics.LinearAlgebra;

/// <summary>A decomposition gave no answer: its iteration did not converge, or its input was not finite.</summary>
public sealed class NotConvergedException : Exception
{
    /// <summary>The routine ended with a non-zero info code.</summary>
    public NotConvergedException(string routine, int info)
        : base($"{routine} did not converge: it ended with info = {info}, expected 0")
    {
        (Routine, Info) = (routine, info);
    }

    /// <summary>The routine was given a matrix with a NaN or infinite element.</summary>
    public NotConvergedException(string routine, int rows, int columns)
        : base(
            $"{routine} got a {rows} x {columns} matrix with a NaN or infinite element, expected finite numbers only")
    {
        (Routine, Info) = (routine, -1);
    }

    /// <summary>The routine, by its LAPACK name or the managed provider's.</summary>
    public string Routine { get; }

    /// <summary>LAPACK's info; -1 for input that was not finite.</summary>
    public int Info { get; }
}
