using Microsoft.ML.OnnxRuntime;

namespace KoopmanMesh.Networks.Execution;

/// <summary>ONNX Runtime sessions with this library's settings.</summary>
internal static class RuntimeFactory
{
    public static InferenceSession Open(byte[] model, int threads)
    {
        using var options = new SessionOptions();
        options.IntraOpNumThreads = threads;
        options.InterOpNumThreads = 1;
        options.ExecutionMode = ExecutionMode.ORT_SEQUENTIAL;
        options.GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL;
        options.LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL;
        return new InferenceSession(model, options);
    }
}
