using KoopmanMesh.Training;

namespace KoopmanMesh.Training.Tests;

/// <summary>Progress on the thread that reports it.</summary>
internal sealed class Reporter(Action<EpochProgress> report) : IProgress<EpochProgress>
{
    public void Report(EpochProgress value) => report(value);
}
