using System.Numerics;

using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Residuals;

/// <summary>tau(z) on a grid; the pseudospectrum at level eps is where tau(z) ≤ eps.</summary>
/// <param name="Grid">z.</param>
/// <param name="Residuals">tau, one row a row of the grid.</param>
public sealed record Pseudospectrum(ComplexGrid Grid, Matrix Residuals)
{
    /// <summary>Whether a point of the grid is in the pseudospectrum at a level.</summary>
    public bool Contains(int column, int row, double level) => Residuals[row, column] <= level;

    /// <summary>The points of the grid in the pseudospectrum at a level.</summary>
    public IReadOnlyList<Complex> Points(double level)
    {
        var points = new List<Complex>();
        for (var j = 0; j < Grid.Columns; j++)
        {
            for (var i = 0; i < Grid.Rows; i++)
            {
                if (Contains(j, i, level))
                {
                    points.Add(Grid[j, i]);
                }
            }
        }

        return points;
    }
}
