namespace KoopmanMesh.Experiments.Dynamics.Depth;

/// <summary>One kind of flow map, and what the depth rule is given of it.</summary>
/// <param name="Name">As tables and files name it.</param>
/// <param name="Dimension">n.</param>
/// <param name="Dictionary">Of the EDMD.</param>
internal sealed record DepthCase(string Name, int Dimension, string Dictionary)
{
    /// <summary>Whether the flow turns: its spectrum has complex pairs.</summary>
    public bool Turns { get; init; }

    /// <summary>c of the change of coordinates x_i = z_i + c z_1^2, i > 1; 0 leaves the flow linear.</summary>
    public double Curvature { get; init; }

    /// <summary>Standard deviation of the noise on the map's outputs; inputs have 1.</summary>
    public double Noise { get; init; }

    /// <summary>eta, the residual that is trusted; default the rule's.</summary>
    public double Residual { get; init; } = 1e-2;

    /// <summary>Whether the figure shows it.</summary>
    public bool IsDrawn { get; init; }

    /// <summary>What E1.5 runs.</summary>
    public static IReadOnlyList<DepthCase> All { get; } =
    [
        new("linear, real, n = 2", 2, "affine"),
        new("linear, real, n = 5", 5, "affine") { IsDrawn = true },
        new("linear, real, n = 10", 10, "affine"),
        new("linear, complex, n = 2", 2, "affine") { Turns = true },
        new("linear, complex, n = 5", 5, "affine") { Turns = true, IsDrawn = true },
        new("linear, complex, n = 10", 10, "affine") { Turns = true },
        new("conjugated, real, n = 3, affine", 3, "affine") { Curvature = 0.5, IsDrawn = true },
        new("conjugated, real, n = 3, poly:2", 3, "poly:2") { Curvature = 0.5 },
        new("conjugated, real, n = 3, poly:4", 3, "poly:4") { Curvature = 0.5, IsDrawn = true },
        new("conjugated, complex, n = 3, poly:2", 3, "poly:2") { Curvature = 0.5, Turns = true },
        new("linear, real, n = 5, noise 0.001", 5, "affine") { Noise = 1e-3 },
        new("linear, real, n = 5, noise 0.01", 5, "affine") { Noise = 1e-2 },
        new("linear, real, n = 5, noise 0.01, eta 1", 5, "affine") { Noise = 1e-2, Residual = 1, IsDrawn = true },
        new("linear, real, n = 5, noise 0.1, eta 1", 5, "affine") { Noise = 1e-1, Residual = 1, IsDrawn = true },
        new("linear, complex, n = 5, noise 0.01, eta 1", 5, "affine") { Noise = 1e-2, Turns = true, Residual = 1 },
        new("conjugated, real, n = 3, poly:2, noise 0.01, eta 0.1", 3, "poly:2")
        {
            Curvature = 0.5,
            Noise = 1e-2,
            Residual = 0.1,
        },
    ];
}
