namespace KoopmanMesh.Sidecar.Delivering;

/// <summary>What the application says to an event.</summary>
internal enum AppAnswer
{
    Success,
    Retry,
    Drop,
}
