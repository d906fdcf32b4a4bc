namespace KoopmanMesh.Interop.Client;

/// <summary>The cases of gRPC's published interop test description, by their published names.</summary>
internal static class InteropCases
{
    public static readonly IReadOnlyList<(string Name, Func<InteropSession, Task> Run)> All =
    [
        ("empty_unary", UnaryCases.EmptyUnaryAsync),
        ("large_unary", UnaryCases.LargeUnaryAsync),
        ("client_streaming", StreamingCases.ClientStreamingAsync),
        ("server_streaming", StreamingCases.ServerStreamingAsync),
        ("ping_pong", StreamingCases.PingPongAsync),
        ("empty_stream", StreamingCases.EmptyStreamAsync),
        ("client_compressed_unary", CompressionCases.ClientCompressedUnaryAsync),
        ("client_compressed_streaming", CompressionCases.ClientCompressedStreamingAsync),
        ("server_compressed_unary", CompressionCases.ServerCompressedUnaryAsync),
        ("server_compressed_streaming", CompressionCases.ServerCompressedStreamingAsync),
        ("cancel_after_begin", EndingCases.CancelAfterBeginAsync),
        ("cancel_after_first_response", EndingCases.CancelAfterFirstResponseAsync),
        ("timeout_on_sleeping_server", EndingCases.TimeoutOnSleepingServerAsync),
        ("custom_metadata", MetadataCases.CustomMetadataAsync),
        ("status_code_and_message", StatusCases.StatusCodeAndMessageAsync),
        ("special_status_message", StatusCases.SpecialStatusMessageAsync),
        ("unimplemented_method", StatusCases.UnimplementedMethodAsync),
        ("unimplemented_service", StatusCases.UnimplementedServiceAsync),
        ("rpc_soak", SoakCases.RpcSoakAsync),
        ("channel_soak", SoakCases.ChannelSoakAsync),
    ];

    public static IEnumerable<string> Names => All.Select(one => one.Name);
}
