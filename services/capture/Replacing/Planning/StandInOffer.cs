namespace KoopmanMesh.Capture.Replacing.Planning;

/// <summary>Something that could stand in for a region.</summary>
/// <param name="Region">What it would replace.</param>
/// <param name="Lift">"affine", "relu:64", …, or <see cref="Roles.Skip"/>, <see cref="Roles.Constant"/>.</param>
/// <param name="AskedRank">Rank asked for; 0 is full.</param>
/// <param name="Rank">Rank of the coefficients.</param>
/// <param name="Observables">Of the lift.</param>
/// <param name="HeldOutError">||y - prediction|| / ||y - mean|| on rows held out of the fit.</param>
/// <param name="Saved">Operations of a row that the network is spared; negative where the stand-in costs more.</param>
/// <param name="Digest">Of its file in the artifact store.</param>
/// <param name="Warnings">About the fit, one sentence each.</param>
internal sealed record StandInOffer(
    Region Region, string Lift, int AskedRank, int Rank, int Observables, double HeldOutError, long Saved,
    string Digest, IReadOnlyList<string> Warnings)
{
    /// <summary>Stable within a run.</summary>
    public string Id => AskedRank == 0 ? $"{Region.Name}={Lift}" : $"{Region.Name}={Lift}@{AskedRank}";

    /// <summary>What it is among the candidates.</summary>
    public string Role => Lift is Roles.Skip or Roles.Constant || (Lift == Roles.Affine && AskedRank == 0)
        ? Lift
        : Roles.Lift;
}

/// <summary>What a candidate is, as reports say it.</summary>
internal static class Roles
{
    /// <summary>A linear operator on lifted coordinates, or of reduced rank.</summary>
    public const string Lift = "lift";

    /// <summary>The plain baseline: affine least squares of full rank.</summary>
    public const string Affine = "affine";

    /// <summary>The identity, cut or padded with zeros to the width.</summary>
    public const string Skip = "skip";

    /// <summary>The mean.</summary>
    public const string Constant = "constant";
}
