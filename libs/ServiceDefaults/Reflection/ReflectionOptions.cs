namespace KoopmanMesh.ServiceDefaults.Reflection;

/// <summary>Whether clients may ask what a host serves.</summary>
public sealed class ReflectionOptions
{
    /// <summary>Configuration section.</summary>
    public const string SectionName = "Reflection";

    /// <summary>
    /// Serve grpc.reflection.v1 and v1alpha, by which generic clients find services and their messages. Default: true.
    /// </summary>
    public bool Enabled { get; set; } = true;
}
