using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.Training.Snapshots;

namespace KoopmanMesh.Numerics.Training.Comparison;

/// <summary>The snapshots of several runs one after the other, to be read, not followed: there are seams.</summary>
internal sealed class JoinedTrajectory : ITrajectory
{
    private readonly (ITrajectory Run, int Index)[] _places;

    public JoinedTrajectory(IReadOnlyList<ITrajectory> runs)
    {
        Layout = runs[0].Layout;
        foreach (var run in runs)
        {
            if (run.Layout.Count != Layout.Count)
            {
                throw new ShapeMismatchException("a run of the group", $"{Layout.Count} values", $"{run.Layout.Count}");
            }
        }

        _places = [.. runs.SelectMany(run => Enumerable.Range(0, run.Snapshots.Count).Select(index => (run, index)))];
        Snapshots = [.. runs.SelectMany(run => run.Snapshots)];
    }

    public ParameterLayout Layout { get; }

    public IReadOnlyList<Snapshot> Snapshots { get; }

    public bool IsSingle => false;

    public void Read(int index, long first, Span<double> values) =>
        _places[index].Run.Read(_places[index].Index, first, values);
}
