using System.Numerics;
using System.Text.Json.Serialization;

using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Tests.Reference;

/// <summary>One problem and its solution, as the reference implementation names them.</summary>
internal sealed record ReferenceProblem
{
    public double[][]? X { get; init; }

    public double[][]? Y { get; init; }

    public double[][]? Trajectory { get; init; }

    public double[][]? Inputs { get; init; }

    public double[][]? Future { get; init; }

    public double[][]? Start { get; init; }

    public double[][]? Prediction { get; init; }

    public double[]? Times { get; init; }

    public int Rank { get; init; }

    public int Delays { get; init; } = 1;

    public double Gamma { get; init; }

    public double Width { get; init; }

    public double Forgetting { get; init; }

    public double Dt { get; init; } = 1;

    public double Objective { get; init; }

    public double Threshold { get; init; }

    public int Rows { get; init; }

    public int Columns { get; init; }

    public double[] SingularValues { get; init; } = [];

    public double[] Residuals { get; init; } = [];

    public double[] Magnitudes { get; init; } = [];

    public double[] Tau { get; init; } = [];

    public Complex[] Eigenvalues { get; init; } = [];

    public Complex[] Omega { get; init; } = [];

    public Complex[] Points { get; init; } = [];

    /// <summary>n rows of r values.</summary>
    public Complex[][] Modes { get; init; } = [];

    /// <summary>Mode j, n long.</summary>
    public Complex[] Mode(int j) => [.. Modes.Select(row => row[j])];

    [JsonIgnore]
    public SnapshotData Data => Trajectory is { } states
        ? SnapshotData.FromTrajectories(Matrix.FromRows(states)) with { Times = Times, TimeStep = Dt }
        : SnapshotData.FromPairs(Matrix.FromRows(X!), Matrix.FromRows(Y!)) with
        {
            Inputs = Inputs is { } u ? [Matrix.FromRows(u)] : null,
        };
}
