using System.Net;
using System.Net.Sockets;

namespace KoopmanMesh.Mesh.Tests.Harness;

/// <summary>Ports of 127.0.0.1 that the system said are free, all different.</summary>
internal static class FreePorts
{
    public static int[] Take(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        try
        {
            Array.ForEach(listeners, static l => l.Start());
            return [.. listeners.Select(static l => ((IPEndPoint)l.LocalEndpoint).Port)];
        }
        finally
        {
            Array.ForEach(listeners, static l => l.Dispose());
        }
    }
}
