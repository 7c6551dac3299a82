/** Manifests that the tests of the commands share. The annotations are on lines that the tests name. */
export const shop = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  namespace: shop
  annotations:
    nginx.ingress.kubernetes.io/whitelist-source-range: 127.0.0.0/8
spec:
  ingressClassName: mse
  rules:
    - host: shop.example.com
      http:
        paths:
          - path: /cart
            pathType: Prefix
            backend: { service: { name: cart, port: { number: 80 } } }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web-canary
  namespace: shop
  annotations:
    nginx.ingress.kubernetes.io/canary: "true"
    nginx.ingress.kubernetes.io/canary-weight: "50"
spec:
  ingressClassName: mse
  rules:
    - host: shop.example.com
      http:
        paths:
          - path: /cart
            pathType: Prefix
            backend: { service: { name: cart-v2, port: { number: 80 } } }
---
apiVersion: v1
kind: Service
metadata: { name: cart, namespace: shop }
spec: { ports: [{ port: 80 }] }
---
apiVersion: v1
kind: Service
metadata: { name: cart-v2, namespace: shop }
spec: { ports: [{ port: 80 }] }
`;

/** An Ingress of another class, with a wish nobody can fulfil on line 7. */
export const other = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: other
  namespace: shop
  annotations:
    nginx.ingress.kubernetes.io/cors-max-ages: "600"
spec:
  ingressClassName: elsewhere
  rules:
    - host: other.example.com
      http:
        paths:
          - path: /
            pathType: Prefix
            backend: { service: { name: cart, port: { number: 80 } } }
`;

/** A Secret with a password that must never be printed, and a mistake on its last line. */
export const secret = `apiVersion: v1
kind: Secret
metadata: { name: users, namespace: shop }
stringData:
  auth: "alice:{PLAIN}hunter2-in-the-clear"
data:
  broken: "not base64: hunter2-in-the-clear"
`;

/** No YAML: a tab indents line 4. */
export const broken = `apiVersion: v1
kind: Service
metadata:
\tname: a
---
apiVersion: v1
kind: Namespace
metadata: { name: b }
`;
