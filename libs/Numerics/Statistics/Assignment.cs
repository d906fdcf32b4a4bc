using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Statistics;

/// <summary>
/// The linear assignment problem by shortest augmenting paths (Jonker and Volgenant 1987, Computing 38): how two sets
/// of eigenvalues are matched without the luck of an order.
/// </summary>
public static class Assignment
{
    /// <summary>
    /// For each row the column it is given, each column once, so that the sum of <paramref name="cost"/> is least.
    /// O(n^2 m).
    /// </summary>
    /// <param name="cost">n × m with n ≤ m, finite.</param>
    public static int[] Solve(Matrix cost)
    {
        ArgumentNullException.ThrowIfNull(cost);
        Guard.Finite(cost, "the matrix of costs");
        if (cost.Rows > cost.Columns)
        {
            throw new ShapeMismatchException(
                "the matrix of costs", "no taller than wide", $"{cost.Rows} x {cost.Columns}");
        }

        // Columns are 1-based here; column 0 is the row still without a partner.
        var (rowPrice, columnPrice) = (new double[cost.Rows + 1], new double[cost.Columns + 1]);
        var rowOf = new int[cost.Columns + 1];
        for (var row = 1; row <= cost.Rows; row++)
        {
            rowOf[0] = row;
            Augment(cost, rowOf, rowPrice, columnPrice);
        }

        var columnOf = new int[cost.Rows];
        for (var column = 1; column <= cost.Columns; column++)
        {
            if (rowOf[column] > 0)
            {
                columnOf[rowOf[column] - 1] = column - 1;
            }
        }

        return columnOf;
    }

    /// <summary>
    /// Dijkstra over reduced costs from the free row to a free column, then the exchange along the path.
    /// </summary>
    private static void Augment(Matrix cost, int[] rowOf, double[] rowPrice, double[] columnPrice)
    {
        var (distance, previous) = (new double[rowOf.Length], new int[rowOf.Length]);
        var done = new bool[rowOf.Length];
        Array.Fill(distance, double.PositiveInfinity);
        var column = 0;
        do
        {
            done[column] = true;
            var (row, nearest, delta) = (rowOf[column], 0, double.PositiveInfinity);
            for (var j = 1; j < rowOf.Length; j++)
            {
                if (done[j])
                {
                    continue;
                }

                var reduced = cost[row - 1, j - 1] - rowPrice[row] - columnPrice[j];
                if (reduced < distance[j])
                {
                    (distance[j], previous[j]) = (reduced, column);
                }

                if (distance[j] < delta)
                {
                    (delta, nearest) = (distance[j], j);
                }
            }

            for (var j = 0; j < rowOf.Length; j++)
            {
                if (done[j])
                {
                    rowPrice[rowOf[j]] += delta;
                    columnPrice[j] -= delta;
                }
                else
                {
                    distance[j] -= delta;
                }
            }

            column = nearest;
        }
        while (rowOf[column] != 0);

        while (column != 0)
        {
            rowOf[column] = rowOf[previous[column]];
            column = previous[column];
        }
    }
}
