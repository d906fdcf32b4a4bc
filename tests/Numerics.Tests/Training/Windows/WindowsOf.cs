using KoopmanMesh.Numerics.Tests.LinearAlgebra;
using KoopmanMesh.Numerics.Training.Snapshots;
using KoopmanMesh.Numerics.Training.Windows;

namespace KoopmanMesh.Numerics.Tests.Training.Windows;

/// <summary>Windows under the running test's token.</summary>
internal static class WindowsOf
{
    public static TrainingWindow Analyze(
        ITrajectory window, WindowOptions options, string name, string? layer = null) =>
        WindowAnalysis.Analyze(window, options, Algebras.Get(name), layer, TestContext.Current.CancellationToken);

    public static double[] Limit(TrainingWindow window, ITrajectory snapshots) =>
        window.Limit(snapshots, TestContext.Current.CancellationToken);

    public static double[] Transients(TrainingWindow window, ITrajectory snapshots, string name) =>
        window.Transients(snapshots, Algebras.Get(name), TestContext.Current.CancellationToken);
}
